import { createHash } from 'node:crypto'
import type { FileHandle } from 'node:fs/promises'
import { KindlingError } from '../../../src-shared/failure.ts'
import { say } from '../../../src-shared/phrases.ts'
import { pieceSize } from '../../memory/piece.ts'
import { isConfirmed, type FileVersion } from '../source/source.ts'
import { readCheckpoint, type Checkpoint } from './checkpoint.ts'
import { startHashThread, type HashThread } from './hash-thread.ts'
import { openPartialBytes } from './partial-place.ts'

export interface PartialWanted {
  url: string
  /** File name for display. */
  name: string
  /** Current version of the file, as the server states it. */
  version: FileVersion
  /**
   * Hash that is required in addition to sha256, by its name for `startHash`; null if sha256
   * suffices.
   */
  otherHash: string | null
}

/** Callbacks that report the verification of a partial file before it is resumed. */
export interface PartialCheck {
  signal: AbortSignal
  /**
   * @param length – number of bytes that will be read
   */
  start(length: number): void
  advance(bytes: number): void
  /** Reports that the file was damaged. It is removed. */
  damaged(): void
}

/** An open partial file that passed verification, its checkpoint, and its hash so far. */
export interface OpenPartial {
  file: FileHandle
  checkpoint: Checkpoint
  hash: HashThread
}

export const startPartialHash = ({ otherHash }: PartialWanted): HashThread =>
  startHashThread(otherHash === null ? ['sha256'] : ['sha256', otherHash])

/** Returns the digest that a checkpoint states. */
export const digestSoFar = async (hash: HashThread): Promise<string> =>
  Buffer.from(await hash.digest('sha256')).toString('hex')

/**
 * Opens a partial file that is still usable, truncates it to the length in its checkpoint and
 * hashes it. Returns null if it is not usable.
 */
export async function resumePartial(
  path: string,
  wanted: PartialWanted,
  check: PartialCheck,
): Promise<OpenPartial | null> {
  const checkpoint = await readCheckpoint(path)
  if (checkpoint === null || checkpoint.length === 0 || !isConfirmed(checkpoint, wanted.version)) return null
  const file = await openPartialBytes(path)
  const hash = startPartialHash(wanted)
  try {
    check.start(checkpoint.length)
    if (file !== null && (await file.stat()).size >= checkpoint.length) {
      await file.truncate(checkpoint.length)
      await hashFile(file, checkpoint.length, hash, check)
      if ((await digestSoFar(hash)) === checkpoint.sha256) return { file, checkpoint, hash }
    }
  } catch (error) {
    await Promise.all([file?.close().catch(() => undefined), hash.end()])
    if (check.signal.aborted) throw error
    check.damaged()
    return null
  }
  await Promise.all([file?.close().catch(() => undefined), hash.end()])
  check.damaged()
  return null
}

/** Hashes the file. The next bytes are read while the last ones are hashed. */
async function hashFile(file: FileHandle, length: number, { slots, update }: HashThread, check: PartialCheck) {
  let hashed = Promise.resolve()
  for (let position = 0; position < length;) {
    check.signal.throwIfAborted()
    const slot = await slots.take(0)
    const { bytesRead } = await file.read(slots.view(slot), 0, Math.min(pieceSize, length - position), position)
    if (bytesRead === 0) throw changed()
    position += bytesRead
    await hashed
    hashed = update(slot, bytesRead).finally(() => slots.give(slot))
    // Awaited in the next round; this only prevents an unhandled rejection.
    hashed.catch(() => undefined)
    check.advance(bytesRead)
  }
  await hashed
}

const changed = () => new KindlingError('source-changed', { source: say('kept-part') })

/**
 * Reads the bytes that the checkpoint covers.
 * @throws source-changed
 */
export async function* readCovered(file: FileHandle, { length, sha256 }: Checkpoint, signal: AbortSignal) {
  const hash = createHash('sha256')
  for (let position = 0; position < length;) {
    signal.throwIfAborted()
    // A new buffer for each read: the consumer may keep the bytes or transfer them to another
    // thread.
    const bytes = new Uint8Array(Math.min(pieceSize, length - position))
    const { bytesRead } = await file.read(bytes, 0, bytes.length, position)
    if (bytesRead === 0) throw changed()
    position += bytesRead
    hash.update(bytes.subarray(0, bytesRead))
    yield bytes.subarray(0, bytesRead)
  }
  if (hash.digest('hex') !== sha256) throw changed()
}
