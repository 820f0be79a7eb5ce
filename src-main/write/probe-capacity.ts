import { randomFillSync } from 'node:crypto'
import { KindlingError } from '../../src-shared/failure.ts'
import { isZero } from '../memory/is-zero.ts'
import { allocateAligned } from '../memory/aligned-memory.ts'
import { withheldSize } from './withheld-ends.ts'
import { markerSize, type KeptBytes } from './kept-bytes.ts'
import type { Target } from './target.ts'

/**
 * Offset of the first marker, in the cleared start. Most other markers lie at this offset plus a
 * probable real size. A drive that wraps round at that size puts them onto the first one.
 */
const base = 64 * 1024
/** Number of halvings of the claimed size that are tested: the real size may be 1 / 2^10 of it. */
const halvings = 10
const smallestPower = 2 * 1024 * 1024
/** Number of random places behind the image. One more is inside the image. */
const chances = 3
/**
 * Minimum size of a drive that is probed, in bytes. A smaller drive has no room for markers between
 * its ends, nor in them. The read-back checks every byte anyway.
 */
const leastSize = 4 * withheldSize

/**
 * Tests at a few places whether a drive has the capacity that it claims. The ends of the drive must
 * be cleared. The test writes markers, flushes, and reads them past the cache.
 *
 * - Wrapping round at a power of two, or at a half, a quarter, … of the size: one marker is read
 * where another was written.
 * - Wrapping round near the end of the drive or of the image: a marker is found in the first MiB.
 * - Dropping writes behind the real end: no marker is found there.
 *
 * The test finds most fake drives before time is spent on writing. Only the read-back is a proof.
 * @param places – offsets from `choosePlaces`; if empty, the drive is not tested
 * @param kept – original bytes at the places; restored when the drive passes
 * @param drive – name of the drive for messages
 * @throws drive-smaller-than-claimed, drive-stores-nothing, read-back-mismatch; the target's
 * failures
 */
export async function probeCapacity(
  target: Target,
  places: readonly number[],
  kept: KeptBytes,
  drive: string,
): Promise<void> {
  if (places.length === 0) return
  const marked = [base, ...places, target.size - markerSize]
  await requireMarkers(target, marked, drive)
  const zeros = allocateAligned(markerSize)
  for (const place of [marked[0]!, marked.at(-1)!]) await target.write(zeros, place)
  await kept.putBackPlaces()
}

async function requireMarkers(target: Target, places: readonly number[], drive: string): Promise<void> {
  const markers = allocateAligned(places.length * markerSize)
  randomFillSync(markers)
  const markerAt = (index: number) => markers.subarray(index * markerSize, (index + 1) * markerSize)
  for (const [index, place] of places.entries()) await target.write(markerAt(index), place)
  await target.flush()

  const start = allocateAligned(withheldSize)
  await target.read(start, 0)
  const found = allocateAligned(places.length * markerSize)
  for (const [index, place] of places.entries())
    await target.read(found.subarray(index * markerSize, (index + 1) * markerSize), place)
  const foundAt = (index: number) => found.subarray(index * markerSize, (index + 1) * markerSize)

  const missing = places.filter((_, index) => Buffer.compare(foundAt(index), markerAt(index)) !== 0)
  if (places.every((_, index) => !resembles(foundAt(index), markerAt(index))))
    throw new KindlingError('drive-stores-nothing', { drive })
  const smaller = (offset: number) =>
    new KindlingError('drive-smaller-than-claimed', { drive, claimed: target.size, offset })
  for (const [index, place] of places.entries()) {
    const strays = places.filter((_, other) => other !== index && contains(foundAt(index), markerAt(other)))
    if (strays.length > 0) throw smaller(Math.max(place, ...strays))
  }
  if (missing.length > 0) {
    const first = missing[0]!
    const isCutOff = places.every((place, index) => place < first || !resembles(foundAt(index), markerAt(index)))
    throw isCutOff ? smaller(first) : new KindlingError('read-back-mismatch', { firstDifference: first })
  }
  start.fill(0, base, base + markerSize)
  if (!isZero(start)) {
    const stray = places.find((_, index) => contains(start, markerAt(index)))
    if (stray !== undefined) throw smaller(stray)
    throw new KindlingError('read-back-mismatch', { firstDifference: start.findIndex((byte) => byte !== 0) })
  }
}

/**
 * Chooses the places for markers between the ends of a drive.
 * @param target – size and alignment of the drive
 * @param imageSize – size of the image in bytes; null if unknown
 * @param random – returns a number that is at least 0 and less than 1
 * @returns offsets in ascending order; empty if the drive is too small
 */
export function choosePlaces(
  { size, alignment }: Pick<Target, 'size' | 'alignment'>,
  imageSize: number | null,
  random: () => number,
): number[] {
  const [first, last] = [withheldSize, size - withheldSize - markerSize]
  if (size < leastSize) return []
  const end = imageSize ?? first
  const turns = [...Array(halvings).keys()]
  const powers = turns.map((turn) => 2 ** (Math.ceil(Math.log2(size)) - 1 - turn))
  const wanted = [
    ...turns.map((turn) => base + alignDown(size / 2 ** (turn + 1), alignment)),
    ...powers.filter((power) => power >= smallestPower).map((power) => base + power),
    ...[
      end - markerSize,
      ...Array.from({ length: chances }, () => end + random() * (last - end)),
      first + random() * (end - first),
    ].map((place) => alignDown(place, markerSize)),
  ]
  const places: number[] = []
  for (const place of wanted) {
    const overlaps = places.some((other) => Math.abs(other - place) < markerSize)
    if (place >= first && place <= last && !overlaps) places.push(place)
  }
  return places.toSorted((a, b) => a - b)
}

const alignDown = (offset: number, unit: number) => Math.floor(offset / unit) * unit

/**
 * Returns whether the bytes contain the first or the last 512 bytes of a marker. A marker that
 * wraps round may land beside a place, and may be partly overwritten.
 */
function contains(bytes: Uint8Array, marker: Uint8Array): boolean {
  const within = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length)
  return [marker.subarray(0, 512), marker.subarray(-512)].some((part) => within.includes(Buffer.from(part)))
}

/** Returns whether most of a marker is there. If so, the rest was damaged, not lost. */
function resembles(bytes: Uint8Array, marker: Uint8Array): boolean {
  let equal = 0
  for (let at = 0; at < marker.length; at++) if (bytes[at] === marker[at]) equal++
  return equal > marker.length / 2
}
