import { KindlingError } from '../../../../src-shared/failure.ts'
import { say } from '../../../../src-shared/phrases.ts'
import code from '../../../../src-wasm/lzma2.ts?wasm'
import { largestChunk, ringStart, windowStart } from './ring-memory.ts'
import type { Ring } from './ring.ts'

/** Exports of `src-wasm/lzma2.ts`. */
export interface Lzma2 {
  startBlock(ringStart: number, ringSize: number, dictionary: number, first: number): void
  position(): number
  decodeChunk(at: number, end: number, room: number): number
}
const [needsInput, needsRoom, ended] = [0, -1, -3]

/** Bytes behind a chunk that may be overwritten. */
const slack = 16

/**
 * Compiles the decoder. V8 has SIMD only on processors with SSE4.1, which is missing before 2008.
 * @param simd – whether SIMD is used, if there is SIMD
 */
export function loadLzma2(memory: WebAssembly.Memory, simd = true): Lzma2 {
  const [fast, plain] = [code.simd, code.plain].map((text) => Buffer.from(text, 'base64')) as [Buffer, Buffer]
  const module = new WebAssembly.Module(
    Uint8Array.from(simd && WebAssembly.validate(Uint8Array.from(fast)) ? fast : plain),
  )
  return new WebAssembly.Instance(module, { env: { memory } }).exports as unknown as Lzma2
}

/**
 * Decodes the data of an .xz block, LZMA2 chunks with an end marker, into a ring.
 * @param dictionary – in bytes; smaller than the ring by three frames
 * @param released – waits until a frame of the ring is released
 * @returns the number of bytes that were added to the ring by a chunk. The caller advances the ring
 *   before it requests the next number.
 * @throws image-corrupt
 */
export async function* runLzma2(
  input: AsyncIterable<Uint8Array>,
  { decoder, bytes, ring, dictionary }: { decoder: Lzma2; bytes: Uint8Array; ring: Ring; dictionary: number },
  released: () => Promise<void>,
): AsyncGenerator<number> {
  const corrupt = () => new KindlingError('image-corrupt', { reason: say('block-damaged') })
  decoder.startBlock(ringStart, ring.size, dictionary, ring.position)
  let [at, end, complete] = [windowStart, windowStart, false]
  for await (const part of input) {
    if (complete) throw corrupt()
    bytes.copyWithin(windowStart, at, end)
    end = windowStart + end - at
    at = windowStart
    bytes.set(part, end)
    end += part.length
    while (!complete) {
      const read = decoder.decodeChunk(at, end, ring.room(largestChunk + slack))
      if (read === needsInput) break
      if (read === needsRoom) await released()
      else if (read > 0) {
        at += read
        yield (decoder.position() - ring.position + ring.size) % ring.size
      } else if (read === ended && at + 1 === end) complete = true
      else throw corrupt()
    }
  }
  if (!complete) throw corrupt()
}
