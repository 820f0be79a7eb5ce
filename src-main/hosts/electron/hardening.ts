import type { App, Session, WebPreferences } from 'electron'

/** What a page of Kindling may do: show itself and call the door. docs/electron-checklist.md goes through it. */
export const webPreferences: WebPreferences = {
  contextIsolation: true,
  sandbox: true,
  nodeIntegration: false,
  nodeIntegrationInWorker: false,
  nodeIntegrationInSubFrames: false,
  webviewTag: false,
  webSecurity: true,
  allowRunningInsecureContent: false,
  experimentalFeatures: false,
  navigateOnDragDrop: false,
  devTools: false,
  spellcheck: false,
  enableWebSQL: false,
}

/** Denies every page of the program to go elsewhere, to open anything and to ask for rights. To be called before Electron is ready. */
export function harden(app: App): void {
  // Kindling's own downloads are Node's: nothing that Chromium loads has a name to look up.
  app.commandLine.appendSwitch('host-resolver-rules', 'MAP * ~NOTFOUND')
  app.on('web-contents-created', (_event, contents) => {
    contents.on('will-navigate', (event) => event.preventDefault())
    contents.on('will-redirect', (event) => event.preventDefault())
    contents.on('will-frame-navigate', (event) => event.preventDefault())
    contents.on('will-attach-webview', (event) => event.preventDefault())
    contents.setWindowOpenHandler(() => ({ action: 'deny' }))
    // No content security policy holds WebRTC; with a proxy and without UDP of its own it has no way out.
    contents.setWebRTCIPHandlingPolicy('disable_non_proxied_udp')
  })
}

/** Denies all permissions, downloads and every request that leaves the program. A page may be loaded when it resolves. */
export async function hardenSession(session: Session, ownOrigin: string): Promise<void> {
  session.setPermissionRequestHandler((_contents, _permission, answer) => answer(false))
  session.setPermissionCheckHandler(() => false)
  session.setDevicePermissionHandler(() => false)
  session.on('will-download', (event) => event.preventDefault())
  session.webRequest.onBeforeRequest((request, answer) => answer({ cancel: !request.url.startsWith(ownOrigin) }))
  // WebRTC and WebTransport do not pass through webRequest, but through the proxy: one that no name leads to.
  await session.setProxy({
    mode: 'fixed_servers',
    proxyRules: 'socks5://kindling.invalid:1',
    proxyBypassRules: '<-loopback>',
  })
}
