import { crc32 } from 'node:zlib'
import { KindlingError, type FailureDetails } from '../../src-shared/failure.ts'
import { allocateAligned } from '../memory/aligned-memory.ts'
import { stretchSize } from '../memory/piece.ts'
import { isZero } from '../memory/is-zero.ts'
import { ReadAgain } from './read-again.ts'
import { roundUp } from './round-up.ts'
import type { Target } from './target.ts'

/**
 * Size of one read, in bytes. Smaller than the reads of the read-back, since some readers fail only
 * at some sizes.
 */
const blockSize = 8 * stretchSize

export interface MismatchOptions {
  /** CRC-32 of each stretch of the image, see `StretchSums`. */
  sums: readonly number[]
  /** Offset from which the drive holds the image, in bytes; a multiple of `stretchSize`. */
  start: number
  /** Size of the image in bytes. */
  size: number
  /** Name of the drive for messages. */
  drive: string
  signal: AbortSignal
  /** Receives the number of bytes that were read. */
  onRead: (bytes: number) => void
}

interface Difference {
  index: number
  /** CRC-32 of the bytes that the drive returned. */
  sum: number
  /** True for zeros alone or ones alone, as empty flash memory returns them. */
  isBlank: boolean
  /** True if the drive returned other bytes when the stretch was read again. */
  varies: boolean
}

/**
 * Finds out why a drive did not return the image. Reads all of it again in smaller reads, and the
 * places that differ several times more.
 * @param details – details of the failure if nothing more is learned
 * @returns drive-reads-vary, drive-lost-writes, drive-smaller-than-claimed, or read-back-mismatch
 */
export async function explainMismatch(
  target: Target,
  details: FailureDetails,
  options: MismatchOptions,
): Promise<KindlingError> {
  const { sums, size, drive } = options
  // The drive cannot be read any more, or the user cancelled: the mismatch remains true.
  const differences = await findDifferences(target, options).catch(() => null)
  if (differences === null) return new KindlingError('read-back-mismatch', details)
  const lengthOf = (index: number) => Math.min(stretchSize, size - index * stretchSize)
  const differing = differences.reduce((sum, { index }) => sum + lengthOf(index), 0)
  const [first, last] = [differences[0], differences.at(-1)]
  // Without a difference, the second reading returned the image and the first one did not.
  if (first === undefined || last === undefined) return new KindlingError('drive-reads-vary', details)
  const found = {
    ...details,
    differing,
    firstDifference: first.index * stretchSize,
    lastDifference: last.index * stretchSize + lengthOf(last.index) - 1,
  }
  if (differences.some(({ varies }) => varies)) return new KindlingError('drive-reads-vary', found)
  const offset = findMisplaced(differences, sums)
  if (offset !== null)
    return new KindlingError('drive-smaller-than-claimed', { ...found, drive, claimed: target.size, offset })
  const isLost = differences.every(({ isBlank }) => isBlank)
  return new KindlingError(isLost ? 'drive-lost-writes' : 'read-back-mismatch', found)
}

async function findDifferences(target: Target, { sums, start, size, signal, onRead }: MismatchOptions) {
  const memory = allocateAligned(roundUp(blockSize, target.alignment))
  const again = new ReadAgain(target)
  const differences: Difference[] = []
  for (let offset = start; offset < size; offset += blockSize) {
    signal.throwIfAborted()
    const bytes = await read(target, memory, offset, Math.min(blockSize, size - offset))
    for (let at = 0; at < bytes.length; at += stretchSize) {
      const stretch = bytes.subarray(at, at + stretchSize)
      const index = (offset + at) / stretchSize
      const sum = crc32(stretch)
      if (sum === sums[index]) continue
      const varies = await again.varies(offset + at, stretch)
      differences.push({ index, sum, isBlank: isZero(stretch) || stretch.every((byte) => byte === 0xff), varies })
    }
    onRead(bytes.length)
  }
  return differences
}

/**
 * Returns the offset of bytes that are found in another place, or null. A drive that wraps round
 * puts them there.
 */
function findMisplaced(differences: Difference[], sums: readonly number[]): number | null {
  const places = new Map(sums.map((sum, index) => [sum, index]))
  for (const { index, sum, isBlank } of differences) {
    const place = isBlank ? undefined : places.get(sum)
    if (place !== undefined && place !== index) return Math.max(place, index) * stretchSize
  }
  return null
}

/** Reads `length` bytes; the read itself is rounded up to the target's alignment. */
async function read(target: Target, memory: Uint8Array, offset: number, length: number): Promise<Uint8Array> {
  await target.read(memory.subarray(0, Math.min(roundUp(length, target.alignment), target.size - offset)), offset)
  return memory.subarray(0, length)
}
