/**
 * Copies bytes into memory that is shared between threads. `fill` is used, because it is a
 * `memcpy`. `set` allows for a concurrent reader (V8's `relaxed_memmove`), so it copies word by
 * word. If source and target are aligned differently, as for data from the network, it copies byte
 * by byte. That takes four times as long. No thread reads memory that is still being filled.
 */
export function copyToShared(bytes: Uint8Array, memory: Uint8Array, at = 0): void {
  Buffer.from(memory.buffer, memory.byteOffset + at, bytes.length).fill(bytes)
}
