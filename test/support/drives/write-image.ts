import { createHash } from 'node:crypto'
import { expect } from 'vitest'
import { pieceSize } from '../../../src-main/memory/piece.ts'
import { withheldSize } from '../../../src-main/write/withheld-ends.ts'
import { startWriting, type WritingOptions, type Written } from '../../../src-main/write/image-writer.ts'
import { readBack } from '../../../src-main/write/read-back.ts'
import { cutIntoPieces } from '../images/counted-pieces.ts'
import type { MemoryDrive } from './memory-drive.ts'
import { makeNoise } from '../images/random-bytes.ts'
import { mib } from '../files/mib.ts'

const noises = new Map<number, Buffer>()

/**
 * Makes noise in which no two stretches are equal, with zeros where `isZero` returns true.
 * @param size – in bytes
 */
export function makeNoisyImage(size: number, isZero: (offset: number) => boolean = () => false, seed = 7): Buffer {
  const noise = noises.get(seed) ?? makeNoise(mib, seed)
  noises.set(seed, noise)
  const image = Buffer.alloc(size)
  for (let at = 0; at < size; at += 65_536) {
    if (isZero(at)) continue
    noise.copy(image, at, at % mib, (at % mib) + 65_536)
    if (at + 4 <= size) image.writeUInt32LE(at / 65_536 + 1, at)
  }
  return image
}

/** 45 % zeros, in long stretches. */
export const partlyZero = (offset: number) => offset >= withheldSize && (offset / mib) % 20 < 9

/**
 * Writes an image to a drive whose ends are cleared, and checks that every piece is released
 * exactly once.
 */
export async function writeImage(
  memory: MemoryDrive,
  image: Buffer,
  { pieces: sizes = [pieceSize], ...options }: Partial<WritingOptions> & { pieces?: number[] } = {},
): Promise<Written> {
  const { pieces, released } = cutIntoPieces(image, sizes)
  memory.bytes.fill(0, 0, withheldSize)
  const writing = startWriting(memory.target, { start: withheldSize, size: image.length, now: memory.now, ...options })
  let taken = 0
  try {
    for (const piece of pieces) {
      taken++
      await writing.take(piece)
    }
    return await writing.end()
  } finally {
    await writing.abandon()
    expect(released).toEqual(pieces.map((_, index) => (index < taken ? 1 : 0)))
  }
}

export interface Proved {
  sha256: string
  restarts: number[]
  /** Number of bytes reported as progress. */
  read: number
}

export async function readImageBack(memory: MemoryDrive, image: Buffer, written: Written): Promise<Proved> {
  const proved: Proved = { sha256: '', restarts: [], read: 0 }
  proved.sha256 = await readBack(memory.target, {
    head: image.subarray(0, withheldSize),
    size: image.length,
    deferred: written.deferred,
    signal: new AbortController().signal,
    onRead: (bytes) => (proved.read += bytes),
    onRestart: (bytes) => proved.restarts.push(bytes),
  })
  return proved
}

export const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex')

/** Returns the reads or writes of a drive in MiB: `write 1+2` is 2 MiB at offset 1 MiB. */
export const tell = (memory: MemoryDrive, kind: 'read' | 'write') =>
  memory.operations.flatMap((each) => (each.kind === kind ? [`${kind} ${each.offset / mib}+${each.length / mib}`] : []))
