import { join } from 'node:path'
import { z } from 'zod'
import { plain } from '../../../src-shared/plain.ts'
import { readSmallFile, replaceFile } from '../../files/regular-file.ts'

const size = z.number().int().min(0)
const header = z.string().max(1000).nullable()

const partialNote = z.object({
  url: z.string().max(8192),
  /** File name for display. */
  name: z.string().transform((name) => plain(name)),
  etag: header,
  lastModified: header,
  /** Size of the complete file in bytes, as its server stated it. */
  total: size.nullable(),
  /** Number of bytes that the checkpoint covers. */
  length: size,
  /** SHA-256 of the bytes up to that length. */
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
})
/** Checkpoint of a partial file, stored beside its bytes. */
export type Checkpoint = z.infer<typeof partialNote>

const noteName = 'note.json'
/** Maximum size of a checkpoint, in bytes. */
const maxNote = 64 * 1024

/** Reads a checkpoint. Returns null if it is missing or unreadable. */
export async function readCheckpoint(directory: string): Promise<Checkpoint | null> {
  try {
    return partialNote.parse(JSON.parse((await readSmallFile(join(directory, noteName), maxNote)).toString('utf8')))
  } catch {
    return null
  }
}

/**
 * Replaces the checkpoint atomically: a crash leaves either the old one or the new one. Only its
 * owner may read it, because a URL may contain a password.
 */
export async function writeCheckpoint(directory: string, note: Checkpoint): Promise<void> {
  await replaceFile(join(directory, noteName), JSON.stringify(note), 0o600)
}
