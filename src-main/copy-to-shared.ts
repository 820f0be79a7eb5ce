/**
 * Copies bytes into memory that threads share. `set` copies there word by word, each so that another thread may look at it
 * meanwhile (V8's `relaxed_memmove`), and takes up to three times as long as this, which is `memcpy`: nobody looks at what is
 * still being filled.
 */
export function copyToShared(bytes: Uint8Array, memory: Uint8Array, at = 0): void {
  Buffer.from(memory.buffer, memory.byteOffset + at, bytes.length).fill(bytes)
}
