import { expect, test } from 'vitest'
import { peekHead } from '../../../src-main/jobs/peek-head.ts'
import { allocateAligned } from '../../../src-main/memory/aligned-memory.ts'
import type { Piece } from '../../../src-main/memory/piece.ts'
import { mib } from '../../support/files/mib.ts'
import { collectPieces } from '../../support/images/collect-pieces.ts'
import { cutIntoPieces } from '../../support/images/counted-pieces.ts'
import { makeNoise } from '../../support/images/random-bytes.ts'

const image = makeNoise(3 * mib, 5)

async function* inTurn(pieces: Piece[]): AsyncGenerator<Piece> {
  yield* pieces
}

test.each([
  { name: 'short', size: 4096, held: 0 },
  { name: 'as long as the head', size: mib, held: 0 },
  { name: 'partly in the head', size: 640 * 1024, held: 1 },
])('the pieces of the head are released at once, unless one goes on behind it: $name', async ({ size, held }) => {
  const { pieces, released } = cutIntoPieces(image, [size], allocateAligned(image.length))
  const peeked = await peekHead(inTurn(pieces), mib)
  expect(Buffer.compare(peeked.head, image.subarray(0, mib))).toBe(0)
  expect(Math.ceil(mib / size) - released.filter((times) => times > 0).length).toBe(held)
  expect((await collectPieces(peeked.pieces)).equals(image)).toBe(true)
  expect(new Set(released)).toEqual(new Set([1]))
})

test('the head of a shorter image is all of it', async () => {
  const { pieces } = cutIntoPieces(image.subarray(0, 5000), [4096], allocateAligned(8192).subarray(0, 5000))
  const peeked = await peekHead(inTurn(pieces), mib)
  expect(peeked.head).toHaveLength(5000)
  expect((await collectPieces(peeked.pieces)).equals(image.subarray(0, 5000))).toBe(true)
})
