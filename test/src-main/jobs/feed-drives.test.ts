import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { expect, test } from 'vitest'
import type { Piece } from '../../../src-main/memory/piece.ts'
import { DriveFeed } from '../../../src-main/jobs/drive-feed.ts'
import { createCondition } from '../../../src-main/memory/condition.ts'
import { feedDrives, type DriveReading } from '../../../src-main/jobs/feed-drives.ts'

const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex')

/**
 * Makes one reading of bytes, in pieces of one size.
 * @param judged – the bytes described by its verdict
 */
function readingOf(bytes: Buffer, size: number, judged = bytes): DriveReading {
  let hash = createHash('sha256')
  async function* pieces(): AsyncGenerator<Piece> {
    for (let at = 0; at < bytes.length; at += size) {
      const piece = bytes.subarray(at, at + size)
      hash = hash.update(piece)
      yield { bytes: piece, zeros: 0, release: () => {} }
    }
  }
  const found = { size: judged.length, sha256: sha256(judged) }
  return {
    ...{ location: '/image', pieces: pieces(), hash: () => hash.copy(), repeatable: true },
    ...{ conclude: async () => ({ file: found, raw: found }), end: async () => {} },
  }
}

/**
 * Takes all pieces until the end.
 * @param took – called with the number of bytes so far before the next piece is requested
 */
async function take(feed: DriveFeed, took: (bytes: number) => void | Promise<void> = () => {}): Promise<Buffer> {
  const parts: Uint8Array[] = []
  for await (const piece of feed.pieces()) {
    parts.push(piece.bytes)
    piece.release()
    await took(Buffer.concat(parts).length)
  }
  return Buffer.concat(parts)
}

const image = Buffer.from(Array.from({ length: 50_000 }, (_, at) => (at * at) % 251))
/** The image with a difference in one byte, which the slow drive takes before it is left behind. */
const other = Buffer.from(image)
other[900]! ^= 1

/**
 * Feeds two drives. The fast one leaves once the slow one is far behind; then a second reading
 * feeds the slow one.
 */
async function feed(first: Buffer, second: DriveReading) {
  const changed = createCondition()
  const [fast, slow] = [new DriveFeed(changed.notify), new DriveFeed(changed.notify)]
  let left = () => {}
  const fastLeft = new Promise<void>((resolve) => (left = resolve))
  const readings = [readingOf(first, 1000), second]
  const feeding = feedDrives([fast, slow], changed, async (turn) => readings[turn]!)
  void take(fast, (bytes) => {
    // More than the slow drive has taken and queued.
    if (bytes < 40_000) return
    fast.abandon()
    left()
  })
  const taken = take(slow, async (bytes) => (bytes === 2000 ? fastLeft : undefined))
  taken.catch(() => undefined)
  await feeding
  return { taken, verdict: slow.verdict() }
}

test.each([
  ['ends', () => {}],
  [
    'fails to end',
    () => {
      throw new Error('the file could not be closed')
    },
  ],
])('a reading that waits for its server and %s holds up no drive that has failed', async (_, close) => {
  const changed = createCondition()
  const drive = new DriveFeed(changed.notify)
  const silence = new AbortController()
  async function* pieces(): AsyncGenerator<Piece> {
    yield { bytes: image.subarray(0, 1000), zeros: 0, release: () => {} }
    await once(silence.signal, 'abort')
    await new Promise(setImmediate)
    throw silence.signal.reason
  }
  const end = async () => {
    silence.abort()
    close()
  }
  const feeding = feedDrives([drive], changed, async () => ({ ...readingOf(image, 1000), pieces: pieces(), end }))
  await drive.pieces().next()
  drive.abandon()
  await feeding
  expect(silence.signal.aborted).toBe(true)
})

test.each([1000, 700, 50_000])('a drive that was left behind gets the rest from pieces of %i bytes', async (size) => {
  const { taken, verdict } = await feed(image, readingOf(image, size))
  expect((await taken).equals(image)).toBe(true)
  expect((await verdict).raw.sha256).toBe(sha256(image))
})

test.each([
  ['begins with other bytes', other, readingOf(image, 700)],
  ['ends before what the drive has', image, readingOf(image.subarray(0, 1500), 700)],
  ['is judged by other bytes than it gave', image, readingOf(image, 700, other)],
])('a second reading that %s proves nothing of the drive', async (_, first, second) => {
  const { taken, verdict } = await feed(first, second)
  await expect(taken).rejects.toMatchObject({ code: 'source-changed' })
  await expect(verdict).rejects.toMatchObject({ code: 'source-changed' })
})
