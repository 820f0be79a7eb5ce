import { randomFillSync } from 'node:crypto'
import { KindlingError } from '../../src-shared/failure.ts'
import { isZero } from '../memory/is-zero.ts'
import { allocateAligned } from '../memory/aligned-memory.ts'
import { heldBack } from './hold-back.ts'
import type { KeptBytes } from './kept-bytes.ts'
import type { Target } from './target.ts'

/** Bytes of one marker; every drive's alignment divides them. */
export const markerSize = 4096
/** Where in the cleared start the first marker lies: what lands on it from a grid of distances wraps round by one of them. */
const base = 64 * 1024
/** A drive may have 1 / 2^10 of what it claims. */
const halvings = 10
const smallestPower = 2 * 1024 * 1024
/** Places by chance behind the image, and in it. */
const chances = 3
/**
 * A smaller drive has no room between its ends, and its ends have none for markers: the read-back
 * asks it for every byte.
 */
const leastSize = 4 * heldBack

/**
 * Asks a drive whose ends are cleared whether it has the bytes that it claims, at a few places: writes markers, flushes, and
 * reads them past the cache. A drive that wraps round at a power of two, or at a half, a quarter, … of its size, shows one
 * marker where another was written; one that wraps round near its end or near the image's shows one in its first MiB; one that
 * drops what lies behind its end shows none there. It finds most drives that lie before their bytes are spent; the proof is
 * the read-back.
 * @param places as `choosePlaces` has them; where it has none the drive is not asked
 * @param kept what lies there: it is put back when the drive passes
 * @param drive for people
 * @throws drive-smaller-than-claimed, drive-stores-nothing, read-back-mismatch; what the target throws
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

  const start = allocateAligned(heldBack)
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
 * Places between the ends that are worth a marker, in ascending order; none where the drive is too small for any.
 * @param target with its size and alignment
 * @param imageSize bytes; null where nobody knows
 * @param random at least 0, less than 1
 */
export function choosePlaces(
  { size, alignment }: Pick<Target, 'size' | 'alignment'>,
  imageSize: number | null,
  random: () => number,
): number[] {
  const [first, last] = [heldBack, size - heldBack - markerSize]
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

/** What wraps round need not come to lie where a place is, and may be partly overwritten. */
function contains(bytes: Uint8Array, marker: Uint8Array): boolean {
  const within = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length)
  return [marker.subarray(0, 512), marker.subarray(-512)].some((part) => within.includes(Buffer.from(part)))
}

/** Most of a marker is there: what is missing was damaged, not lost. */
function resembles(bytes: Uint8Array, marker: Uint8Array): boolean {
  let equal = 0
  for (let at = 0; at < marker.length; at++) if (bytes[at] === marker[at]) equal++
  return equal > marker.length / 2
}
