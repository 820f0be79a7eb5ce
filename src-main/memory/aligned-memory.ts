const wasmPage = 65_536

/**
 * Memory that direct I/O accepts and that threads can share: a `WebAssembly.Memory` starts on a page of the system.
 *
 * V8 reserves several GiB of address space for each, whatever its size, so allocate few and keep them.
 * @param bytes any number; exactly so many are given
 */
export function allocateAligned(bytes: number): Uint8Array<SharedArrayBuffer> {
  const pages = Math.max(1, Math.ceil(bytes / wasmPage))
  const memory = new WebAssembly.Memory({ initial: pages, maximum: pages, shared: true })
  return new Uint8Array(memory.buffer as unknown as SharedArrayBuffer, 0, bytes)
}
