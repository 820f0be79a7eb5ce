import { crc32 } from 'node:zlib'
import code from '../../../../src-wasm/crc64.ts?wasm'
import { stretchSize } from '../../../memory/piece.ts'
import type { XzCheckKind } from '../xz/xz-format.ts'

export interface XzCheck {
  /**
   * Adds bytes of the memory.
   * @param zeros – the stretches of them that are all zeros, see `findZeros`
   */
  update(start: number, length: number, zeros: number): void
  /** Returns the check as the file stores it behind the block: little-endian. */
  digest(): Uint8Array
}

/** Exports of `src-wasm/crc64.ts`. */
interface Crc64 {
  makeTables(stretch: number): void
  start(): void
  addBytes(at: number, end: number): void
  addZeros(): void
  sum(): bigint
}

/** The CRC64 of each memory. Its tables are made once. */
const loaded = new WeakMap<WebAssembly.Memory, Crc64>()

/**
 * Starts a check of bytes of a decoder's memory. The decoders compute none (ADR 8).
 * @param memory – see `ring-memory.ts`
 */
export function startXzCheck(kind: XzCheckKind, memory: WebAssembly.Memory): XzCheck {
  if (kind === 0) return { update: () => {}, digest: () => new Uint8Array() }
  if (kind === 1) {
    const bytes = new Uint8Array(memory.buffer)
    let sum = 0
    return {
      update: (start, length) => (sum = crc32(bytes.subarray(start, start + length), sum)),
      digest: () => new Uint8Array(Uint32Array.of(sum).buffer),
    }
  }
  const crc64 = loaded.get(memory) ?? loadCrc64(memory)
  loaded.set(memory, crc64)
  crc64.start()
  return {
    update(start, length, zeros) {
      const end = start + length
      for (let at = start, left = zeros; at < end; at += stretchSize, left >>>= 1)
        if ((left & 1) === 1 && end - at >= stretchSize) crc64.addZeros()
        else crc64.addBytes(at, Math.min(at + stretchSize, end))
    },
    digest: () => new Uint8Array(BigInt64Array.of(crc64.sum()).buffer),
  }
}

function loadCrc64(memory: WebAssembly.Memory): Crc64 {
  const module = new WebAssembly.Module(Uint8Array.from(Buffer.from(code.plain, 'base64')))
  const crc64 = new WebAssembly.Instance(module, { env: { memory } }).exports as unknown as Crc64
  crc64.makeTables(stretchSize)
  return crc64
}
