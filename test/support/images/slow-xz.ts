import { makeNoise } from './random-bytes.ts'
import { buildBlock, buildStream, lzma2 } from './xz-framing.ts'
import { mib } from '../files/mib.ts'

/**
 * Makes an .xz of literals only: decoding it takes several times as long as hashing and writing it,
 * so the decoder uses all of its threads.
 * @param blockSize – in bytes; a multiple of 1 MiB
 * @param count – number of blocks, which are all the same
 */
export async function makeSlowXz(blockSize: number, count: number): Promise<{ raw: Buffer; bytes: Buffer }> {
  const digits = Buffer.from(makeNoise(mib / 2, 7).toString('hex'))
  const block = Buffer.alloc(blockSize, digits)
  const chunks = await lzma2(digits)
  // They begin with a reset of everything, so they can be repeated.
  const data = Buffer.concat([...Array<Buffer>(blockSize / mib).fill(chunks.subarray(0, -1)), chunks.subarray(-1)])
  const built = await buildBlock({ raw: block, check: 0, data, filters: [[0x21, [28]]] })
  const { bytes } = buildStream({ check: 0, blocks: Array.from({ length: count }, () => built) })
  return { raw: Buffer.alloc(blockSize * count, digits), bytes }
}
