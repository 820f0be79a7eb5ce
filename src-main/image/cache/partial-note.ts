import { join } from 'node:path'
import { z } from 'zod'
import { plain } from '../../../src-shared/plain.ts'
import { readSmallFile, replaceFile } from '../../files/regular-file.ts'

const size = z.number().int().min(0)
const header = z.string().max(1000).nullable()

const partialNote = z.object({
  url: z.string().max(8192),
  /** File name for people. */
  name: z.string().transform((name) => plain(name)),
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
/** Bytes. */
const maxNote = 64 * 1024

/** Null when there is none that can be read. */
export async function readNote(directory: string): Promise<PartialNote | null> {
  try {
    return partialNote.parse(JSON.parse((await readSmallFile(join(directory, noteName), maxNote)).toString('utf8')))
  } catch {
    return null
  }
}

/** Replaces the note in one step: whoever is killed leaves the old or the new one. It is for its owner alone, since an address may hold a password. */
export async function writeNote(directory: string, note: PartialNote): Promise<void> {
  await replaceFile(join(directory, noteName), JSON.stringify(note), 0o600)
}
