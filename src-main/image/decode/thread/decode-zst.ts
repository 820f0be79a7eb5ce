import { Decompress } from 'fzstd'
import { createXXHash64 } from 'hash-wasm'
import { KindlingError } from '../../../../src-shared/failure.ts'
import { say } from '../../../../src-shared/phrases.ts'
import { ByteReader } from '../../../memory/byte-reader.ts'
import { kindOfFrame, readUint32, readZstFrameHeader, zstHeaderLength } from '../zst-layout.ts'

// The Zstandard format: RFC 8878.

/**
 * Decompresses a .zst frame by frame. fzstd ignores content checksums, so they are compared here.
 * It accepts any window up to 2046 MiB, so the window is limited here.
 * @param window – largest window that a frame may have, in bytes
 * @throws image-truncated, image-trailing, image-unsupported, image-corrupt, and the errors of
 *   fzstd for damaged data
 */
export async function* decodeZst(chunks: AsyncIterable<Uint8Array>, window: number): AsyncIterable<Uint8Array> {
  const hash = await createXXHash64()
  const input = new ByteReader(chunks)
  for (let frames = 0; frames === 0 || !(await input.ended());) {
    const magic = await input.take(4)
    // Fewer bytes than a magic number behind a frame are other data, not a truncated frame.
    if (magic === null) throw new KindlingError(frames > 0 ? 'image-trailing' : 'image-truncated')
    const kind = kindOfFrame(magic)
    if (kind === 'skippable') {
      await skip(input, readUint32(await take(input, 4)))
      continue
    }
    if (kind === null) throw frames > 0 ? new KindlingError('image-trailing') : corrupt('zst-no-frame')
    const descriptor = await take(input, 1)
    const header = await take(input, zstHeaderLength(descriptor[0]!))
    const { hasChecksum } = readZstFrameHeader(descriptor[0]!, header, window)
    hash.init()
    // fzstd does not receive the checksum, so the header that it receives must not announce one.
    const withoutChecksum = Uint8Array.of(descriptor[0]! & ~4)
    for await (const bytes of readBlocks(Buffer.concat([magic, withoutChecksum, header]), input)) {
      hash.update(bytes)
      yield bytes
    }
    // The low four bytes of the hash (RFC 8878, 3.1.1).
    if (hasChecksum && readUint32(await take(input, 4)) !== Buffer.from(hash.digest('binary')).readUInt32BE(4))
      throw corrupt('zst-checksum')
    frames++
  }
}

async function* readBlocks(header: Uint8Array, input: ByteReader): AsyncIterable<Uint8Array> {
  let outputs: Uint8Array[] = []
  const decoder = new Decompress((bytes) => outputs.push(bytes))
  decoder.push(header)
  for (let last = false; !last;) {
    const blockHeader = await take(input, 3)
    const bits = blockHeader[0]! | (blockHeader[1]! << 8) | (blockHeader[2]! << 16)
    last = (bits & 1) === 1
    // A block of one repeated byte stores only that byte.
    const length = ((bits >> 1) & 3) === 1 ? 1 : bits >> 3
    if (length > 128 * 1024) throw corrupt('zst-block-too-large')
    decoder.push(Buffer.concat([blockHeader, await take(input, length)]))
    // fzstd decodes a frame of less than 18 bytes only after a call that marks the end of the
    // input.
    if (last) decoder.push(new Uint8Array(), true)
    yield* outputs
    outputs = []
  }
}

/**
 * Reads exactly `length` bytes.
 * @throws image-truncated
 */
async function take(input: ByteReader, length: number): Promise<Uint8Array> {
  const bytes = await input.take(length)
  if (bytes === null) throw new KindlingError('image-truncated')
  return bytes
}

/**
 * Skips `length` bytes.
 * @throws image-truncated
 */
async function skip(input: ByteReader, length: number): Promise<void> {
  const bytes = input.pass(length)
  for (;;) {
    const { done, value } = await bytes.next()
    if (!done) continue
    if (!value) throw new KindlingError('image-truncated')
    return
  }
}

const corrupt = (reason: 'zst-no-frame' | 'zst-checksum' | 'zst-block-too-large') =>
  new KindlingError('image-corrupt', { reason: say(reason) })
