import { contextBridge, ipcRenderer, webUtils } from 'electron'
import type { Language } from '../../../src-shared/language.ts'
import type { Bridge, WindowNews } from '../../../src-shared/window-api.ts'
import { channels, languageWord } from './channels.ts'
import { zoomByKeys } from './zoom-keys.ts'

// Runs sandboxed, next to the page. It passes values and checks nothing: the door does, out of the
// page's reach.
const call = (name: string, args: unknown) => ipcRenderer.invoke(channels.call, name, args)
const bridge: Bridge = {
  call,
  language: (process.argv.find((word) => word.startsWith(languageWord))?.slice(languageWord.length) ??
    'en') as Language,
  onNews: (listener) => {
    const pass = (_event: unknown, news: WindowNews) => listener(news)
    ipcRenderer.on(channels.news, pass)
    return () => void ipcRenderer.off(channels.news, pass)
  },
  pathOf: (file) => {
    // A page cannot create a file that has a path. Such a file comes only from a drop, a paste or a
    // dialog of the system.
    const path = webUtils.getPathForFile(file)
    if (path !== '') ipcRenderer.send(channels.given, path)
    return path
  },
}

contextBridge.exposeInMainWorld('kindling', bridge)
zoomByKeys()
