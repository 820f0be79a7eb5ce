import { contextBridge, ipcRenderer, webUtils } from 'electron'
import type { Bridge, WindowNews } from '../../../src-shared/window-api.ts'
import { channels } from './channels.ts'
import { heedZoomKeys } from './zoom-keys.ts'

// Runs sandboxed beside the page. It passes values and checks nothing: the door does, where a page cannot reach.
const call = (name: string, args: unknown) => ipcRenderer.invoke(channels.call, name, args)
const bridge: Bridge = {
  call,
  // Here, because the page's own script is still to be fetched and compiled.
  opening: call('open', {}),
  onNews: (listener) => {
    const pass = (_event: unknown, news: WindowNews) => listener(news)
    ipcRenderer.on(channels.news, pass)
    return () => void ipcRenderer.off(channels.news, pass)
  },
  pathOf: (file) => webUtils.getPathForFile(file),
}

contextBridge.exposeInMainWorld('kindling', bridge)
heedZoomKeys()
