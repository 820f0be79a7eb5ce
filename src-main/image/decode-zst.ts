import { Decompress } from 'fzstd'
import { createXXHash64 } from 'hash-wasm'
import { say } from '../../src-shared/phrases.ts'
import { ByteReader } from './byte-reader.ts'

// The Zstandard format: RFC 8878.

const frameMagic = 0xfd2fb528
const skippableMagic = 0x184d2a50

/**
 * Decompresses .zst, frame by frame. fzstd passes over content checksums, so they are compared here.
 * @throws Error `unexpected EOF`, `what follows is no frame`, and in other words for what is damaged
 */
export async function* decodeZst(chunks: AsyncIterable<Uint8Array>): AsyncIterable<Uint8Array> {
  const hash = await createXXHash64()
  const input = new ByteReader(chunks)
  for (let frames = 0; frames === 0 || !(await input.ended());) {
    const magic = await take(input, 4, frames > 0)
    const kind = viewOf(magic).getUint32(0, true)
    if ((kind & 0xfffffff0) >>> 0 === skippableMagic) {
      await skip(input, viewOf(await take(input, 4)).getUint32(0, true))
      continue
    }
    if (kind !== frameMagic) throw new Error(frames > 0 ? 'what follows is no frame' : say('zst-no-frame'))
    hash.init()
    let hasChecksum = false
    for await (const part of readFrame(magic, input)) {
      if ('hasChecksum' in part) hasChecksum = part.hasChecksum
      else {
        hash.update(part.bytes)
        yield part.bytes
      }
    }
    // The low four bytes of the hash (RFC 8878, 3.1.1).
    if (hasChecksum && viewOf(await take(input, 4)).getUint32(0, true) !== viewOf(hash.digest('binary')).getUint32(4))
      throw new Error(say('zst-checksum'))
    frames++
  }
}

async function* readFrame(
  magic: Uint8Array,
  input: ByteReader,
): AsyncIterable<{ bytes: Uint8Array } | { hasChecksum: boolean }> {
  let outputs: Uint8Array[] = []
  const decoder = new Decompress((bytes) => outputs.push(bytes))
  const descriptor = await take(input, 1)
  const hasChecksum = (descriptor[0]! & 4) !== 0
  yield { hasChecksum }
  const header = await take(input, headerLength(descriptor[0]!))
  decoder.push(Buffer.concat([magic, descriptor, header]))
  for (let last = false; !last;) {
    const blockHeader = await take(input, 3)
    const bits = blockHeader[0]! | (blockHeader[1]! << 8) | (blockHeader[2]! << 16)
    last = (bits & 1) === 1
    // A block of one repeated byte stores that byte alone.
    const length = ((bits >> 1) & 3) === 1 ? 1 : bits >> 3
    if (length > 128 * 1024) throw new Error(say('zst-block-too-large'))
    decoder.push(Buffer.concat([blockHeader, await take(input, length)]))
    for (const bytes of outputs) yield { bytes }
    outputs = []
  }
}

/** Bytes between the descriptor and the first block (RFC 8878, 3.1.1.1). */
function headerLength(descriptor: number): number {
  const singleSegment = (descriptor & 0x20) !== 0
  const sizeLength = [singleSegment ? 1 : 0, 2, 4, 8][descriptor >> 6]!
  const dictionaryLength = [0, 1, 2, 4][descriptor & 3]!
  return (singleSegment ? 0 : 1) + dictionaryLength + sizeLength
}

/** @param trailing what cannot be taken whole is not a frame cut off, but something else behind the last one */
async function take(input: ByteReader, length: number, trailing = false): Promise<Uint8Array> {
  const bytes = await input.take(length)
  if (bytes === null) throw new Error(trailing ? 'what follows is no frame' : 'unexpected EOF')
  return bytes
}

async function skip(input: ByteReader, length: number): Promise<void> {
  const bytes = input.pass(length)
  for (;;) {
    const { done, value } = await bytes.next()
    if (!done) continue
    if (!value) throw new Error('unexpected EOF')
    return
  }
}

const viewOf = (bytes: Uint8Array) => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
