import { open } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { dialog, type BrowserWindow, type FileFilter, type OpenDialogOptions } from 'electron'
import { toFailure } from '../../../src-shared/failure.ts'
import { ok, type Result } from '../../../src-shared/result.ts'
import { outputFailed } from '../../files/output-failed.ts'

interface SaveWish {
  title: string
  /** Suggested name of the file. */
  name: string
  filters: FileFilter[]
}

/**
 * The system's dialogs for files and folders. Since Electron 43 every dialog without a folder
 * begins in the downloads, and the system no longer remembers the last one. These begin in the
 * folder of the last choice, for as long as the window is open.
 */
export class FileDialogs {
  readonly #window: BrowserWindow
  #lastFolder: string | null = null

  constructor(window: BrowserWindow) {
    this.#window = window
  }

  /**
   * Asks the user for a file or a folder that exists.
   * @returns its path; null if the dialog was cancelled
   */
  async choose(options: OpenDialogOptions): Promise<string | null> {
    const beginning = this.#lastFolder === null ? {} : { defaultPath: this.#lastFolder }
    const path = await this.chooseElsewhere({ ...beginning, ...options })
    if (path !== null) this.#lastFolder = dirname(path)
    return path
  }

  /** As `choose`, but the next dialog does not begin there. */
  async chooseElsewhere(options: OpenDialogOptions): Promise<string | null> {
    const { canceled, filePaths } = await dialog.showOpenDialog(this.#window, options)
    return canceled ? null : (filePaths[0] ?? null)
  }

  /**
   * Asks the user for a path and saves a text there.
   * @param make – returns the text for the chosen path
   * @param mode – of a new file; one that is private becomes so for an existing file, too
   * @returns the path; null if the dialog was cancelled
   */
  async saveText(
    { title, name, filters }: SaveWish,
    make: (path: string) => string,
    mode = 0o666,
  ): Promise<Result<string | null>> {
    const defaultPath = this.#lastFolder === null ? name : join(this.#lastFolder, name)
    const { canceled, filePath } = await dialog.showSaveDialog(this.#window, { title, defaultPath, filters })
    if (canceled || !filePath) return ok(null)
    this.#lastFolder = dirname(filePath)
    return save(filePath, make(filePath), mode)
  }

  /** Asks the user for a path to save to, below a suggested one; null if they cancelled. */
  async choosePlace(title: string, defaultPath: string): Promise<string | null> {
    const { canceled, filePath } = await dialog.showSaveDialog(this.#window, {
      title,
      defaultPath,
      properties: ['createDirectory', 'showOverwriteConfirmation'],
    })
    return canceled || !filePath ? null : filePath
  }
}

async function save(path: string, text: string, mode: number): Promise<Result<string>> {
  try {
    const file = await open(path, 'w', mode)
    try {
      // Before the text is in it. FAT has no modes, and refuses the change.
      if ((mode & 0o077) === 0) await file.chmod(mode).catch(() => undefined)
      await file.writeFile(text)
    } finally {
      await file.close()
    }
    return ok(path)
  } catch (error) {
    return { ok: false, failure: toFailure(outputFailed(path, error)) }
  }
}
