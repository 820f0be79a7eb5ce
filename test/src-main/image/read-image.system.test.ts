import { createHash } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { readImage, watchBottleneck } from '../../../src-main/image/read-image.ts'
import type { Source } from '../../../src-main/image/source/source.ts'
import { collectPieces } from '../../support/images/collect-pieces.ts'
import { xz } from '../../support/images/compress.ts'
import { inChunks } from '../../support/images/decode-bytes.ts'
import { makeNoise } from '../../support/images/random-bytes.ts'

const settle = () => new Promise<void>((resolve) => setImmediate(resolve))
const noProofs = {
  compares: false,
  hash: () => createHash('sha256'),
  update: () => {},
  conclude: async () => ({ size: 0, sha256: '' }),
}

describe.each([
  [false, 'network'],
  [true, 'source'],
] as const)('a source that is local: %s', (local, name) => {
  test('sets the pace while it is waited for, and the drive while nobody asks', async () => {
    let time = 0
    let come = () => {}
    async function* open() {
      for (;;) {
        await new Promise<void>((resolve) => (come = resolve))
        yield new Uint8Array(1024 * 1024)
      }
    }
    const image = readImage(
      { uncompressedSha256: null },
      { local } as Source,
      { chunks: open, proofs: noProofs },
      { compression: null, signal: new AbortController().signal, now: () => time },
    )
    const limit = watchBottleneck(
      () => image,
      undefined,
      () => time,
    )
    const piece = image.pieces.next()
    await settle()
    time += 1000
    expect(limit()).toBe(name)
    time += 1000
    expect(limit()).toBe(name)
    come()
    await piece
    time += 2000
    expect(limit()).toBe('drive')
    const next = image.pieces.next()
    await settle()
    time += 100
    come()
    await next
    time += 900
    expect(limit(), 'a short wait is nobody’s pace').toBe('drive')
    const during = image.pieces.next()
    await settle()
    time += 700
    limit()
    time += 10
    expect(limit(), 'one who asks often does not judge by an instant').toBe(name)
    expect(limit(), 'nor by none').toBe(name)
    expect(image.moved()).toEqual({ [name]: 2 * 1024 * 1024 })
    come()
    await during
    await image.end()
  })
})

describe('a block of which only its own check is damaged', () => {
  const raw = makeNoise(100_000, 7)
  const read = async (value: string | null) => {
    const file = await xz(raw, { check: 'crc64', blockSize: '1MiB' })
    // The check is located before the index, whose size is in the footer (format 2.1.2.2, 3.4).
    const indexSize = (file.readUInt32LE(file.length - 8) + 1) * 4
    file[file.length - 12 - indexSize - 1]! ^= 1
    const { pieces, proofs, end } = readImage(
      { uncompressedSha256: value === null ? null : { value, from: 'stream' } },
      { local: true } as Source,
      { chunks: () => inChunks(file), proofs: noProofs },
      { compression: 'xz', signal: new AbortController().signal },
    )
    try {
      const bytes = await collectPieces(pieces)
      await proofs.conclude()
      return bytes
    } finally {
      await end()
    }
  }
  const sha256 = createHash('sha256').update(raw).digest('hex')

  test('is refused where nobody stated the sha256 of the image', async () => {
    await expect(read(null)).rejects.toMatchObject({ code: 'image-corrupt' })
  })

  test('is taken where the image has the sha256 that was stated, and refused by that where it has not', async () => {
    expect((await read(sha256)).equals(raw)).toBe(true)
    const actual = sha256
    await expect(read('0'.repeat(64))).rejects.toMatchObject({
      code: 'uncompressed-sha256-mismatch',
      details: { actual },
    })
  })
})
