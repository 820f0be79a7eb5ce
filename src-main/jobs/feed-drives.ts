import { createHash, type Hash } from 'node:crypto'
import { KindlingError } from '../../src-shared/failure.ts'
import type { Condition } from '../memory/condition.ts'
import type { Piece } from '../memory/piece.ts'
import type { DriveFeed, Verdict } from './drive-feed.ts'

/** One reading of the image, from its first byte to its last. */
export interface DriveReading {
  /** URL or absolute path of the image. */
  location: string
  pieces: AsyncIterable<Piece>
  /** Returns the SHA-256 of all pieces that were read so far. */
  hash(): Hash
  /** True if the image can be read again. */
  repeatable: boolean
  /**
   * Returns the verdict on the image. Called once all pieces were read.
   * @throws the failure of a proof
   */
  conclude(): Promise<Verdict>
  end(): Promise<void>
}

/**
 * Reads an image once and gives every piece to all drives. A drive that is slower than the others
 * by more than its queue is left behind, if the image can be read again. It gets the rest from
 * another reading when the others are done.
 *
 * That reading must begin with the bytes that the drive has; otherwise the drive fails with
 * source-changed. So the verdict on a reading covers every byte of the drives that end in it, and
 * one hash serves all drives. Other failures go to all feeds.
 * @param changed – notified by the feeds
 * @param startReading – starts the n-th reading of the image
 */
export async function feedDrives(
  feeds: DriveFeed[],
  changed: Condition,
  startReading: (turn: number) => Promise<DriveReading>,
): Promise<void> {
  try {
    for (let turn = 0; feeds.some(({ open }) => open); turn++) {
      const fed = feeds.filter(({ open }) => open)
      for (const feed of fed) feed.behind = false
      const reading = await startReading(turn)
      try {
        await feedOnce(fed, changed, reading)
      } finally {
        await reading.end()
      }
    }
  } catch (error) {
    for (const feed of feeds) feed.fail(error)
  }
}

/**
 * Feeds drives from one reading. Ends the reading once no drive goes on, even while it waits for a
 * server.
 */
async function feedOnce(fed: DriveFeed[], changed: Condition, reading: DriveReading): Promise<void> {
  let isOver = false
  async function leave(): Promise<void> {
    while (!isOver && fed.some(goesOn)) await changed.wait()
    if (!isOver) await reading.end()
  }
  // Its error concerns no drive. `feedDrives` ends the reading in any case.
  const leaving = leave().catch(() => undefined)
  try {
    await feedPieces(fed, changed, reading)
  } catch (error) {
    if (fed.some(goesOn)) throw error
  } finally {
    isOver = true
    changed.notify()
    await leaving
  }
}

const goesOn = ({ open, behind }: DriveFeed): boolean => open && !behind

async function feedPieces(fed: DriveFeed[], changed: Condition, reading: DriveReading): Promise<void> {
  const joined = new Set<DriveFeed>()
  let offset = 0
  let before: Hash = createHash('sha256')
  for await (const piece of reading.pieces) {
    const end = offset + piece.bytes.length
    const upTo = reading.hash()
    for (const feed of fed.filter((feed) => goesOn(feed) && feed.given < end && !joined.has(feed))) {
      joined.add(feed)
      const start = before.copy().update(piece.bytes.subarray(0, feed.given - offset))
      if (!feed.hasTaken(start)) feed.fail(new KindlingError('source-changed', { source: reading.location }))
    }
    const takers = fed.filter((feed) => goesOn(feed) && feed.given < end)
    fanOut(piece, takers, offset, upTo)
    before = upTo
    offset = end
    while (!hasRoom(fed.filter(goesOn), reading.repeatable)) await changed.wait()
    if (!fed.some(goesOn)) return
  }
  const verdict = await reading.conclude()
  for (const feed of fed) if (goesOn(feed)) feed.finish(verdict, reading.location)
}

/**
 * Returns whether all queues have room. While another drive has nothing to do, a drive with a full
 * queue is left behind. This requires that the image can be read again.
 */
function hasRoom(fed: DriveFeed[], repeatable: boolean): boolean {
  const full = fed.filter((feed) => feed.full)
  if (full.length === 0) return true
  if (!repeatable || !fed.some(({ starving }) => starving)) return false
  for (const feed of full) feed.fallBehind()
  return true
}

function fanOut(piece: Piece, takers: DriveFeed[], offset: number, upTo: Hash): void {
  let left = takers.length
  if (left === 0) return piece.release()
  const release = () => {
    if (--left === 0) piece.release()
  }
  for (const feed of takers) feed.give({ ...piece, release }, offset, upTo)
}
