import { contextBridge, ipcRenderer, webUtils } from 'electron'
import type { Bridge, WindowNews } from '../../../src-shared/window-api.ts'
import { channels } from './channels.ts'

// Runs sandboxed beside the page. It passes values and checks nothing: the door does, where a page cannot reach.
const bridge: Bridge = {
  call: (name: string, args: unknown) => ipcRenderer.invoke(channels.call, name, args),
  onNews: (listener) => {
    const pass = (_event: unknown, news: WindowNews) => listener(news)
    ipcRenderer.on(channels.news, pass)
    return () => void ipcRenderer.off(channels.news, pass)
  },
  pathOf: (file) => webUtils.getPathForFile(file),
}

contextBridge.exposeInMainWorld('kindling', bridge)
