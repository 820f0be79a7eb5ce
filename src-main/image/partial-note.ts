import { readFile, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'

const size = z.number().int().min(0)
const header = z.string().max(1000).nullable()

const partialNote = z.object({
  url: z.string(),
  /** File name for people. */
  name: z.string(),
  etag: header,
  lastModified: header,
  /** Bytes of the whole file, as its server said. */
  total: size.nullable(),
  /** Bytes at hand. */
  length: size,
  /** Of the bytes up to that length. */
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
})
/** What is known of the bytes of a partial file, kept beside them. */
export type PartialNote = z.infer<typeof partialNote>

const noteName = 'note.json'

/** Null when there is none that can be read. */
export async function readNote(directory: string): Promise<PartialNote | null> {
  try {
    return partialNote.parse(JSON.parse(await readFile(join(directory, noteName), 'utf8')))
  } catch {
    return null
  }
}

/** Replaces the note in one step: whoever is killed leaves the old or the new one. It is for its owner alone, since an address may hold a password. */
export async function writeNote(directory: string, note: PartialNote): Promise<void> {
  const unfinished = join(directory, `${noteName}.tmp`)
  await writeFile(unfinished, JSON.stringify(note), { mode: 0o600 })
  await rename(unfinished, join(directory, noteName))
}
