import { basename, dirname, join } from 'node:path'
import { app, shell } from 'electron'
import { KindlingError, toFailure } from '../../../src-shared/failure.ts'
import { plain } from '../../../src-shared/plain.ts'
import type { Receipt } from '../../../src-shared/receipt.ts'
import { ok } from '../../../src-shared/result.ts'
import type { WindowCalls } from '../../../src-shared/window-api.ts'
import type { FileDialogs } from './file-dialogs.ts'
import type { PathPurpose } from './page-grants.ts'
import { words } from './speech.ts'
import type { WindowHost } from './window-host.ts'

type FileCall = 'chooseFile' | 'chooseFolder' | 'chooseImageFile' | 'saveReceipt' | 'showFile'

/** Creates the calls that let the user choose files and folders. The page may name these. */
export function createFileCalls({ grants }: WindowHost, dialogs: FileDialogs): Pick<WindowCalls, FileCall> {
  function grant(purpose: PathPurpose, path: string | null) {
    if (path !== null) grants.addPath(purpose, path)
    return ok(path)
  }

  return {
    async chooseFile({ purpose }) {
      return grant(purpose, await dialogs.choose({ title: words().choose[purpose], properties: ['openFile'] }))
    },
    async chooseFolder({ purpose }) {
      const path = await dialogs.choose({
        title: words().chooseFolder[purpose],
        ...(purpose === 'download' ? { defaultPath: app.getPath('downloads') } : {}),
        properties: ['openDirectory', 'createDirectory'],
      })
      return grant(purpose, path)
    },
    async chooseImageFile({ drive }) {
      const name = plain(drive).replaceAll(/[^\p{L}\p{N}._-]+/gu, '-')
      const suggestion = join(app.getPath('downloads'), `${name}.img.gz`)
      return grant('save', await dialogs.choosePlace(words().chooseImageFile, suggestion))
    },
    saveReceipt({ receipt }) {
      const filters = [{ name: 'JSON', extensions: ['json'] }]
      const wish = { title: words().saveReceipt, name: fileNameOf(receipt), filters }
      return dialogs.saveText(wish, () => `${JSON.stringify(receipt, null, 2)}\n`)
    },
    async showFile({ path }) {
      if (!grants.hasPath('download', dirname(path)) && !grants.hasPath('save', path))
        return {
          ok: false,
          failure: toFailure(new KindlingError('usage', { reason: `No person chose ${plain(path)}` })),
        }
      shell.showItemInFolder(path)
      return ok(null)
    },
  }
}

/** Returns the file name of a receipt: `kindling-write-44.20260707.3.1-2026-07-19.json`. */
function fileNameOf({ job, image, finishedAt }: Receipt): string {
  const what = (image.release ?? basename(image.location)).replaceAll(/[^\w.-]+/g, '-')
  return `kindling-${job}-${what}-${finishedAt.slice(0, 10)}.json`
}
