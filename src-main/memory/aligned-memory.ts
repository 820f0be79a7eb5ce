const wasmPage = 65_536

/**
 * Allocates memory that is aligned for direct I/O and can be shared between threads: a
 * `WebAssembly.Memory` starts on a page of the system.
 *
 * V8 reserves several GiB of address space for each one, independent of its size. Allocate few and
 * reuse them.
 * @param bytes – size in bytes; need not be a multiple of the page size
 */
export function allocateAligned(bytes: number): Uint8Array<SharedArrayBuffer> {
  const pages = Math.max(1, Math.ceil(bytes / wasmPage))
  const memory = new WebAssembly.Memory({ initial: pages, maximum: pages, shared: true })
  return new Uint8Array(memory.buffer as unknown as SharedArrayBuffer, 0, bytes)
}
