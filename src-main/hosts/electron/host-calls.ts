import { app, clipboard, dialog, shell, type BrowserWindow } from 'electron'
import type { Language, LanguageChoice } from '../../../src-shared/language.ts'
import { ok, type Result } from '../../../src-shared/result.ts'
import type { Link, Opening, WindowAnswers, WindowArguments, WindowCallName } from '../../../src-shared/window-api.ts'
import type { ImageInbox } from './image-inbox.ts'
import { speak, words } from './speech.ts'
import type { UpdateCalls } from './updates/serve-updates.ts'

/** Those of the window's calls that are this thread's as they are. */
type Passed = Exclude<WindowCallName, 'open' | 'listen' | 'saveReceipt' | 'copyReport' | 'logFile'>

/** What the core asks of the window's thread. Its arguments have been checked. */
interface Own {
  /** What the page begins with, as far as it is Electron that knows. From then on dialogs speak the language of the choice. */
  greet: { args: { choice: LanguageChoice }; answer: Pick<Opening, 'language' | 'downloadsFolder' | 'driveFiles'> }
  /** Asks where to keep a receipt; null when the person thought better of it. */
  chooseReceipt: { args: { name: string }; answer: string | null }
}

export type HostCallName = Passed | keyof Own
export type HostArguments<N extends HostCallName> = N extends keyof Own
  ? Own[N]['args']
  : N extends Passed
    ? WindowArguments<N>
    : never
export type HostAnswers = { [N in Passed]: WindowAnswers[N] } & { [N in keyof Own]: Own[N]['answer'] }
export type HostCalls = { [N in HostCallName]: (args: HostArguments<N>) => Promise<Result<HostAnswers[N]>> }

const links: Record<Link, string> = {
  'coreos-bare-metal': 'https://docs.fedoraproject.org/en-US/fedora-coreos/bare-metal/',
}

/**
 * @param driveFiles paths that the program was started with
 */
export function createHostCalls(
  window: BrowserWindow,
  driveFiles: string[],
  images: Pick<ImageInbox, 'take'>,
  updates: UpdateCalls,
): HostCalls {
  return {
    ...updates,
    async greet({ choice }) {
      return ok({ language: speak(choice), downloadsFolder: app.getPath('downloads'), driveFiles })
    },
    async chooseFile({ purpose }) {
      const { canceled, filePaths } = await dialog.showOpenDialog(window, {
        title: words().choose[purpose],
        properties: ['openFile'],
      })
      return ok(canceled ? null : (filePaths[0] ?? null))
    },
    async chooseFolder({ purpose }) {
      const { canceled, filePaths } = await dialog.showOpenDialog(window, {
        title: words().chooseFolder[purpose],
        ...(purpose === 'download' ? { defaultPath: app.getPath('downloads') } : {}),
        properties: ['openDirectory', 'createDirectory'],
      })
      return ok(canceled ? null : (filePaths[0] ?? null))
    },
    async chooseReceipt({ name }) {
      const { canceled, filePath } = await dialog.showSaveDialog(window, {
        title: words().saveReceipt,
        defaultPath: name,
        filters: [{ name: 'JSON', extensions: ['json'] }],
      })
      return ok(canceled || filePath === '' ? null : filePath)
    },
    async copyText({ text }) {
      clipboard.writeText(text)
      return ok(null)
    },
    async openLink({ link }) {
      await shell.openExternal(links[link])
      return ok(null)
    },
    async speak({ choice }): Promise<Result<Language>> {
      return ok(speak(choice))
    },
    async takeImage() {
      return ok(images.take())
    },
  }
}
