import { writeFile } from 'node:fs/promises'
import { basename } from 'node:path'
import { app, clipboard, dialog, shell, type BrowserWindow } from 'electron'
import { KindlingError, reasonOf, toFailure } from '../../../src-shared/failure.ts'
import type { Receipt } from '../../../src-shared/receipt.ts'
import { ok, type Result } from '../../../src-shared/result.ts'
import type { Update } from '../../../src-shared/update.ts'
import type { Log } from '../../log/create-log.ts'
import type { Updates } from '../../updates/updates.ts'
import type {
  Link,
  WindowAnswers,
  WindowArguments,
  WindowCallName,
  OpenedImage,
} from '../../../src-shared/window-api.ts'
import { speak, words } from './speech.ts'

export type WindowCalls = {
  [N in WindowCallName]: (args: WindowArguments<N>) => Promise<Result<WindowAnswers[N]>>
}

const links: Record<Link, string> = {
  'coreos-bare-metal': 'https://docs.fedoraproject.org/en-US/fedora-coreos/bare-metal/',
}

/**
 * Serves the window's own calls with the system's dialogs.
 * @param diskImageFiles paths that the program was started with
 * @param takeImage answers the image that the window was given, once
 */
export function createWindowCalls(
  window: () => BrowserWindow,
  diskImageFiles: string[],
  takeImage: () => OpenedImage | null,
  log: Log,
  updates: Updates,
): WindowCalls {
  async function update(act: () => Promise<void>): Promise<Result<Update>> {
    try {
      await act()
      return ok(updates.now)
    } catch (error) {
      return { ok: false, failure: toFailure(error) }
    }
  }

  return {
    async chooseFile({ purpose }) {
      const { canceled, filePaths } = await dialog.showOpenDialog(window(), {
        title: words().choose[purpose],
        properties: ['openFile'],
      })
      return ok(canceled ? null : (filePaths[0] ?? null))
    },
    async chooseFolder({ purpose }) {
      const { canceled, filePaths } = await dialog.showOpenDialog(window(), {
        title: words().chooseFolder[purpose],
        ...(purpose === 'download' ? { defaultPath: app.getPath('downloads') } : {}),
        properties: ['openDirectory', 'createDirectory'],
      })
      return ok(canceled ? null : (filePaths[0] ?? null))
    },
    async downloadsFolder() {
      return ok(app.getPath('downloads'))
    },
    async saveReceipt({ receipt }) {
      const { canceled, filePath } = await dialog.showSaveDialog(window(), {
        title: words().saveReceipt,
        defaultPath: fileNameOf(receipt),
        filters: [{ name: 'JSON', extensions: ['json'] }],
      })
      if (canceled || !filePath) return ok(null)
      try {
        await writeFile(filePath, `${JSON.stringify(receipt, null, 2)}\n`)
      } catch (error) {
        const failure = new KindlingError('output-failed', {
          file: filePath,
          directory: filePath,
          reason: reasonOf(error),
        })
        return { ok: false, failure: toFailure(failure) }
      }
      return ok(filePath)
    },
    async copyText({ text }) {
      clipboard.writeText(text)
      return ok(null)
    },
    async copyReport({ text, job }) {
      const lines = job === null ? [] : log.linesOf(job)
      clipboard.writeText([log.redactText(text), ...(lines.length > 0 ? ['', ...lines] : [])].join('\n'))
      return ok(null)
    },
    async logFile() {
      return ok(log.file)
    },
    async openLink({ link }) {
      await shell.openExternal(links[link])
      return ok(null)
    },
    async speak({ choice }) {
      return ok(speak(choice))
    },
    async diskImageFiles() {
      return ok(diskImageFiles)
    },
    async takeImage() {
      return ok(takeImage())
    },
    async update() {
      return ok(updates.now)
    },
    lookForUpdate: () => update(() => updates.look()),
    fetchUpdate: () => update(() => updates.fetch()),
    installUpdate: () => update(() => updates.install()),
  }
}

/** `kindling-write-44.20260707.3.1-2026-07-19.json` */
function fileNameOf({ job, image, finishedAt }: Receipt): string {
  const what = (image.release ?? basename(image.location)).replaceAll(/[^\w.-]+/g, '-')
  return `kindling-${job}-${what}-${finishedAt.slice(0, 10)}.json`
}
