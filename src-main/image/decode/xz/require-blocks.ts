import { KindlingError } from '../../../../src-shared/failure.ts'
import { say } from '../../../../src-shared/phrases.ts'
import { mixedSizes } from './split-xz.ts'
import { largestBlockHeader, parseBlockHeader, xzCheckSizes } from './xz-format.ts'
import type { ReadRange, XzBlock, XzLayout } from './xz-layout.ts'

/** Blocks smaller than this, in bytes, are read several at once. */
const windowSize = 64 * 1024
/** Maximum number of reads. The rest of a file that needs more is checked when it is decoded. */
const maxReads = 10_000

/**
 * Reads the header of every block that an index names, within 10,000 reads. The decoder must be
 * able to decode each block. No header may contradict the sizes in the index.
 * @param read – returns fewer bytes than requested only at the end of the file
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

/**
 * Parses a block header. A header that is longer than its block is as damaged as bytes that are not
 * a header.
 */
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

/** Returns a function that reads the header of a block. It returns null after `maxReads` reads. */
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
