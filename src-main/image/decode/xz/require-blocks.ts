import { KindlingError } from '../../../../src-shared/failure.ts'
import { say } from '../../../../src-shared/phrases.ts'
import { mixedSizes } from './split-xz.ts'
import {
  largestBlockHeader,
  parseBlockHeader,
  xzCheckSizes,
  type ReadRange,
  type XzBlock,
  type XzLayout,
} from './xz-layout.ts'

/** Blocks that are smaller than this are read several at once, bytes. */
const windowSize = 64 * 1024
/** What is left of a file that needs more is looked at when it is decoded. */
const maxReads = 10_000

/**
 * Reads the header of every block that an index leads to, as far as 10,000 reads go: each must be one that can be decoded,
 * and must not say other sizes than the index.
 * @param read answers fewer bytes than asked for only at the end of the file
 * @throws image-unsupported, image-corrupt
 */
export async function requireBlocks({ streams }: XzLayout, read: ReadRange): Promise<void> {
  const readHeader = createHeaderReader(read)
  for (const { check, blocks } of streams) {
    let sized: boolean | null = null
    for (const block of blocks) {
      const bytes = await readHeader(block)
      if (bytes === null) return
      const { headerSize, compressedSize, uncompressedSize } = parseHeader(bytes)
      const unpadded = compressedSize === null ? null : headerSize + compressedSize + xzCheckSizes[check]
      if (differs(unpadded, block.unpaddedSize) || differs(uncompressedSize, block.uncompressedSize))
        throw new KindlingError('image-corrupt', { reason: say('index-unlike-blocks') })
      const says = compressedSize !== null && uncompressedSize !== null
      if (says !== (sized ??= says))
        throw new KindlingError('image-unsupported', { source: say('the-image'), feature: mixedSizes })
    }
  }
}

const differs = (said: number | null, size: number) => said !== null && said !== size

/** A header that its block is too small for is as damaged as one that is none. */
function parseHeader(bytes: Uint8Array) {
  const damaged = () => new KindlingError('image-corrupt', { reason: say('index-leads-nowhere') })
  try {
    const header = parseBlockHeader(bytes)
    if (header === null) throw damaged()
    return header
  } catch (error) {
    throw error instanceof KindlingError && error.code === 'image-truncated' ? damaged() : error
  }
}

/** Answers null when it has read often enough. */
function createHeaderReader(read: ReadRange): (block: XzBlock) => Promise<Uint8Array | null> {
  let window = { offset: 0, bytes: new Uint8Array() as Uint8Array }
  let reads = 0
  return async ({ offset, unpaddedSize }) => {
    const length = Math.min(largestBlockHeader, unpaddedSize)
    if (offset + length > window.offset + window.bytes.length) {
      if (reads++ === maxReads) return null
      window = { offset, bytes: await read(offset, unpaddedSize < windowSize ? windowSize : length) }
    }
    return window.bytes.subarray(offset - window.offset, offset - window.offset + length)
  }
}
