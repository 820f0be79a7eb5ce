import type { App, Session, WebPreferences } from 'electron'

/** What a page of Kindling may do: show itself and call the door. */
export const webPreferences: WebPreferences = {
  contextIsolation: true,
  sandbox: true,
  nodeIntegration: false,
  nodeIntegrationInWorker: false,
  nodeIntegrationInSubFrames: false,
  webviewTag: false,
  webSecurity: true,
  navigateOnDragDrop: false,
  spellcheck: false,
  enableWebSQL: false,
}

/** Denies every page of the program to go elsewhere, to open anything and to ask for rights. */
export function harden(app: App): void {
  app.on('web-contents-created', (_event, contents) => {
    contents.on('will-navigate', (event) => event.preventDefault())
    contents.on('will-redirect', (event) => event.preventDefault())
    contents.on('will-frame-navigate', (event) => event.preventDefault())
    contents.on('will-attach-webview', (event) => event.preventDefault())
    contents.setWindowOpenHandler(() => ({ action: 'deny' }))
  })
}

/** Denies all permissions, downloads and every request that leaves the program. */
export function hardenSession(session: Session, ownOrigin: string): void {
  session.setPermissionRequestHandler((_contents, _permission, answer) => answer(false))
  session.setPermissionCheckHandler(() => false)
  session.setDevicePermissionHandler(() => false)
  session.on('will-download', (event) => event.preventDefault())
  session.webRequest.onBeforeRequest((request, answer) => answer({ cancel: !isOwn(request.url, ownOrigin) }))
}

const isOwn = (url: string, ownOrigin: string): boolean =>
  url.startsWith(ownOrigin) || url.startsWith('devtools://') || url.startsWith('blob:')
