import { describe, expect, test } from 'vitest'
import { readImage, watchLimit } from '../../../src-main/image/read-image.ts'
import type { Source } from '../../../src-main/image/source.ts'

const settle = () => new Promise<void>((resolve) => setImmediate(resolve))
const noProofs = { see: () => {}, conclude: async () => ({ size: 0, sha256: '' }) }

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
    const image = readImage({ local } as Source, open, {
      compression: null,
      proofs: { file: noProofs, image: noProofs },
      signal: new AbortController().signal,
      now: () => time,
    })
    const limit = watchLimit(
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
