import { lstatSync, readdirSync, readFileSync, readlinkSync, realpathSync, statSync } from 'node:fs'
import { join, relative, resolve, sep } from 'node:path'
import { createProblem, type ProblemCode, type ProblemValues } from './problem.ts'

/** Local file that cannot be used. */
export class LocalFileError extends Error {
  readonly code: ProblemCode
  readonly values: ProblemValues

  constructor(code: ProblemCode, values: ProblemValues = {}) {
    super(createProblem(code).code)
    this.code = code
    this.values = values
  }
}

/** Part of a folder: a file, or a link with its target. */
export interface TreeEntry {
  /** Path in the folder, with slashes. */
  path: string
  contents: Buffer | null
  isExecutable: boolean
  /** Target of a link; null for a file. */
  target: string | null
}

/** Maximum size of all local files of a config together, in bytes. */
const maxTotal = 64 * 1024 * 1024

/**
 * Folder of the local files of a Butane config. Nothing outside of it is read, not even through a
 * link.
 */
export class LocalFiles {
  readonly #folder: string | null
  #left = maxTotal

  /** @param folder – null if none was given; then nothing is read */
  constructor(folder: string | null) {
    this.#folder = folder
  }

  /** @throws LocalFileError */
  read(path: string): Buffer {
    return this.#readAt(this.#locate(path), path)
  }

  /**
   * Lists the files and links in a folder and its folders, in the order of Go's `filepath.Walk`.
   * @throws LocalFileError
   */
  readTree(path: string): TreeEntry[] {
    const top = this.#locate(path)
    if (!tryTo(path, () => statSync(top)).isDirectory()) throw new LocalFileError('tree-not-folder', { found: path })
    const entries: TreeEntry[] = []
    const walk = (folder: string) => {
      for (const name of tryTo(path, () => readdirSync(folder)).toSorted()) {
        const full = join(folder, name)
        const inTree = relative(top, full).split(sep).join('/')
        const stats = tryTo(inTree, () => lstatSync(full))
        const isExecutable = (stats.mode & 0o111) !== 0
        if (stats.isDirectory()) walk(full)
        else if (stats.isSymbolicLink()) {
          const target = readlinkSync(full).split(sep).join('/')
          entries.push({ path: inTree, contents: null, isExecutable, target })
        } else if (stats.isFile()) {
          entries.push({ path: inTree, contents: this.#readAt(full, inTree), isExecutable, target: null })
        } else throw new LocalFileError('tree-file-kind', { found: inTree })
      }
    }
    walk(top)
    return entries
  }

  #readAt(full: string, shown: string): Buffer {
    const stats = tryTo(shown, () => statSync(full))
    if (!stats.isFile()) throw new LocalFileError('local-unreadable', { found: shown, reason: 'it is not a file' })
    this.#left -= stats.size
    if (this.#left < 0) throw new LocalFileError('local-unreadable', { found: shown, reason: 'it is too large' })
    return tryTo(shown, () => readFileSync(full))
  }

  #locate(path: string): string {
    if (this.#folder === null) throw new LocalFileError('files-dir-missing')
    const base = tryTo(this.#folder, () => realpathSync(resolve(this.#folder!)))
    // As in Butane, an absolute path is one in the folder.
    const full = join(base, path)
    const isInside = (each: string) => each === base || each.startsWith(base.endsWith(sep) ? base : `${base}${sep}`)
    if (!isInside(full)) throw new LocalFileError('local-outside', { found: path })
    const real = tryTo(path, () => realpathSync(full))
    if (!isInside(real)) throw new LocalFileError('local-outside', { found: path })
    return real
  }
}

function tryTo<T>(path: string, act: () => T): T {
  try {
    return act()
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    const reason = code === 'ENOENT' ? 'there is none' : code === 'EACCES' ? 'permission denied' : String(code)
    throw new LocalFileError('local-unreadable', { found: path, reason })
  }
}
