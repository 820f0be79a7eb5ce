import type { App, Session, WebPreferences } from 'electron'

/**
 * Rights of a Kindling page: it can only show itself and call the door. docs/electron-checklist.md
 * explains each setting.
 */
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

/**
 * Prevents pages of the program from navigating, opening windows and asking for rights. Must be
 * called before Electron is ready.
 */
export function harden(app: App): void {
  // Kindling's own downloads use Node, so that Chromium never needs to look up a name.
  app.commandLine.appendSwitch('host-resolver-rules', 'MAP * ~NOTFOUND')
  app.on('web-contents-created', (_event, contents) => {
    contents.on('will-navigate', (event) => event.preventDefault())
    contents.on('will-redirect', (event) => event.preventDefault())
    contents.on('will-frame-navigate', (event) => event.preventDefault())
    contents.on('will-attach-webview', (event) => event.preventDefault())
    contents.setWindowOpenHandler(() => ({ action: 'deny' }))
    // No content security policy restricts WebRTC. With a proxy and without UDP outside it, WebRTC
    // cannot reach the network.
    contents.setWebRTCIPHandlingPolicy('disable_non_proxied_udp')
  })
}

/**
 * Denies all permissions, downloads and requests that leave the program. A page may be loaded once
 * this resolves.
 */
export async function hardenSession(session: Session, ownOrigin: string): Promise<void> {
  session.setPermissionRequestHandler((_contents, _permission, answer) => answer(false))
  session.setPermissionCheckHandler(() => false)
  session.setDevicePermissionHandler(() => false)
  session.on('will-download', (event) => event.preventDefault())
  session.webRequest.onBeforeRequest((request, answer) => answer({ cancel: !request.url.startsWith(ownOrigin) }))
  // WebRTC and WebTransport bypass webRequest but use the proxy, whose name does not resolve.
  await session.setProxy({
    mode: 'fixed_servers',
    proxyRules: 'socks5://kindling.invalid:1',
    proxyBypassRules: '<-loopback>',
  })
}
