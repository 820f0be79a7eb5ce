import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { alignPieces, gatherPieces } from '../../../../src-main/image/decode/gather-pieces.ts'
import { findZeros } from '../../../../src-main/memory/find-zeros.ts'
import { pieceSize, type Piece } from '../../../../src-main/memory/piece.ts'
import { createSlots } from '../../../../src-main/memory/slots.ts'
import { collectPieces } from '../../../support/images/collect-pieces.ts'
import { fillLikeDisk } from '../../../support/images/random-bytes.ts'
import { runs } from '../../../support/run/tier.ts'

const raw = Buffer.alloc(5 * pieceSize + 12_345)
fillLikeDisk(raw, 9)

/** Cuts bytes into parts of the given sizes, cyclically. */
function* cut(bytes: Buffer, sizes: number[]): Generator<Buffer> {
  for (let at = 0, turn = 0; at < bytes.length; turn++) {
    const size = sizes[turn % sizes.length]!
    yield bytes.subarray(at, at + size)
    at += size
  }
}

async function* chunksOf(bytes: Buffer, sizes: number[]): AsyncGenerator<Uint8Array> {
  for (const part of cut(bytes, sizes)) {
    // A chunk is valid only until the next one is requested.
    const chunk = Buffer.from(part)
    yield chunk
    chunk.fill(0xee)
  }
}

/**
 * Makes pieces like those of decoder threads: from a few slots, which are reused after their
 * release.
 */
function piecesOf(bytes: Buffer, sizes: number[], count = 12) {
  const slots = createSlots(count)
  const made = { given: 0, released: 0, ended: false }
  async function* make(): AsyncGenerator<Piece> {
    try {
      for (const part of cut(bytes, sizes)) {
        const slot = await slots.take(0)
        slots.view(slot).set(part)
        made.given++
        const view = slots.view(slot, part.length)
        yield {
          bytes: view,
          zeros: findZeros(view),
          release() {
            made.released++
            slots.view(slot).fill(0xee)
            slots.give(slot)
          },
        }
      }
    } finally {
      made.ended = true
    }
  }
  return { pieces: make(), made }
}

describe('gathering pieces', () => {
  test('gives the bytes, however they come', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.integer({ min: 1, max: 3_000_000 }), { minLength: 1, maxLength: 6 }),
        async (sizes) => {
          fc.pre(sizes.reduce((sum, size) => sum + size, 0) / sizes.length > 2000)
          expect((await collectPieces(gatherPieces(chunksOf(raw, sizes)))).equals(raw)).toBe(true)
        },
      ),
      runs(10, 100),
    )
  })

  test('gives none for no bytes, and passes over empty chunks', async () => {
    async function* chunks() {
      yield new Uint8Array()
      yield Buffer.from('ab')
      yield new Uint8Array()
      yield Buffer.from('c')
    }
    expect(await collectPieces(gatherPieces(chunks()))).toEqual(Buffer.from('abc'))
    expect(await collectPieces(gatherPieces(chunksOf(Buffer.alloc(0), [1])))).toHaveLength(0)
  })
})

describe('aligning pieces', () => {
  test('lets them pass uncopied while their sizes are right', async () => {
    const { pieces, made } = piecesOf(raw, [pieceSize, 4096, 3 * 4096])
    const seen: number[] = []
    for await (const { bytes, release } of alignPieces(pieces)) {
      seen.push(bytes.length)
      expect(made.given - made.released).toBe(1)
      release()
    }
    expect(seen.slice(0, 3)).toEqual([pieceSize, 4096, 3 * 4096])
    expect(made.released).toBe(made.given)
  })

  test('gives the bytes whatever their sizes are, and every piece back', async () => {
    const size = fc.oneof(
      fc.integer({ min: 1, max: pieceSize }),
      fc.integer({ min: 1, max: 256 }).map((pages) => pages * 4096),
    )
    await fc.assert(
      fc.asyncProperty(fc.array(size, { minLength: 1, maxLength: 6 }), async (sizes) => {
        fc.pre(sizes.reduce((sum, one) => sum + one, 0) / sizes.length > 5000)
        const { pieces, made } = piecesOf(raw, sizes)
        expect((await collectPieces(alignPieces(pieces))).equals(raw)).toBe(true)
        expect(made).toEqual({ given: made.given, released: made.given, ended: true })
      }),
      runs(10, 100),
    )
  })

  test('ends what it reads when its own reader gives up, before an odd piece and behind it', async () => {
    for (const [sizes, turns] of [
      [[pieceSize], 2],
      [[1000], 1],
    ] as const) {
      const { pieces, made } = piecesOf(raw, [...sizes])
      let turn = 0
      for await (const { release } of alignPieces(pieces)) {
        release()
        if (++turn === turns) break
      }
      expect(made.ended).toBe(true)
    }
  })
})
