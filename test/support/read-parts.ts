import { createHash } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'

/** A part of an image as it lies on the disk. */
export interface Part {
  path: string
  /** Nobody's name is on it. */
  isFree: boolean
  /** Bytes that its note promises. */
  noted: number
  /** Bytes that are there. */
  size: number
  /** The bytes are as its note says. */
  isAsNoted: boolean
}

/** All parts of a directory. One that goes away meanwhile is left out. */
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
