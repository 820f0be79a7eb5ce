import { crc32 } from 'node:zlib'
import code from '../../../../src-wasm/crc64.ts?wasm'
import { stretchSize } from '../../../memory/piece.ts'
import type { XzCheckKind } from '../xz/xz-format.ts'

export interface XzCheck {
  /**
   * Adds bytes of the memory.
   * @param start – address of the first one
   * @param length – in bytes
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

/**
 * Creates a function that starts the check of the next block of a decoder's memory. The decoders
 * compute none (ADR 8). A check is valid until the next one starts.
 * @param memory – see `ring-memory.ts`
 */
export function createXzChecks(memory: WebAssembly.Memory): (kind: XzCheckKind) => XzCheck {
  let crc64: Crc64 | undefined
  return (kind) => {
    if (kind === 0) return { update: () => {}, digest: () => new Uint8Array() }
    if (kind === 1) return startCrc32(new Uint8Array(memory.buffer))
    return startCrc64((crc64 ??= loadCrc64(memory)))
  }
}

function startCrc32(bytes: Uint8Array): XzCheck {
  let sum = 0
  return {
    update: (start, length) => (sum = crc32(bytes.subarray(start, start + length), sum)),
    digest: () => new Uint8Array(Uint32Array.of(sum).buffer),
  }
}

function startCrc64(crc64: Crc64): XzCheck {
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
