import { extractFile, getRawHeader } from '@electron/asar'
import { readdirSync, statSync } from 'node:fs'
import { join, relative, sep } from 'node:path'

export interface PackagedFile {
  /** Path relative to the app's folder or to the archive in it, with `/`. */
  path: string
  /** Size, in bytes. */
  size: number
  read(): Buffer
}

/** Reads the files in the app's archive and those unpacked next to it. */
export function readArchive(archive: string): PackagedFile[] {
  interface Entry {
    files?: Record<string, Entry>
    size?: number
  }
  const list = (entry: Entry, path: string): PackagedFile[] =>
    entry.files === undefined
      ? [{ path, size: entry.size ?? 0, read: () => extractFile(archive, path.split('/').join(sep)) }]
      : Object.entries(entry.files).flatMap(([name, each]) => list(each, path === '' ? name : `${path}/${name}`))
  return list(getRawHeader(archive).header as Entry, '')
}

/** Returns the path of the archive in the app's folder, for each system. */
export const archiveIn = (folder: string): string =>
  join(folder, folder.endsWith('.app') ? 'Contents/Resources/app.asar' : 'resources/app.asar')

/** Returns the files of a folder, sorted by path. */
export function readFolder(folder: string): { path: string; file: string; size: number }[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => !entry.isDirectory())
    .map((entry) => join(entry.parentPath, entry.name))
    .map((file) => ({ path: relative(folder, file).split(sep).join('/'), file, size: entrySize(file) }))
    .toSorted((one, other) => (one.path < other.path ? -1 : 1))
}

const entrySize = (file: string) => statSync(file, { throwIfNoEntry: false })?.size ?? 0
