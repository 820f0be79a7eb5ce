import { createHash } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'

/** A partial file of an image, as found on the disk. */
export interface Part {
  path: string
  /** True if no process has claimed the partial file. */
  isFree: boolean
  /** Length according to its note, in bytes. */
  noted: number
  /** Actual length, in bytes. */
  size: number
  /** True if the bytes match the hash in the note. */
  isAsNoted: boolean
}

/** Returns all partial files of a directory. A file that disappears meanwhile is left out. */
export async function readParts(directory: string): Promise<Part[]> {
  const names = (await readdir(directory).catch(() => [])).filter((name) => name.endsWith('.partial'))
  const parts = await Promise.all(
    names.map(async (name): Promise<Part | null> => {
      const path = join(directory, name)
      try {
        const note = JSON.parse(await readFile(join(path, 'note.json'), 'utf8')) as { length: number; sha256: string }
        const bytes = await readFile(join(path, 'bytes'))
        const sha256 = createHash('sha256').update(bytes.subarray(0, note.length)).digest('hex')
        const isFree = !/\.\d+-\d+-\d+\.partial$/.test(name)
        return { path, isFree, noted: note.length, size: bytes.length, isAsNoted: sha256 === note.sha256 }
      } catch {
        return null
      }
    }),
  )
  return parts.filter((part) => part !== null)
}
