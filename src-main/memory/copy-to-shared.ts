/**
 * Copies bytes into memory that threads share. `set` copies there so that another thread may look meanwhile (V8's
 * `relaxed_memmove`): by words, and where source and target do not lie at the same distance from one, as what comes of a
 * network, byte by byte, in four times the time of this, which is `memcpy`. Nobody looks at what is still being filled.
 */
export function copyToShared(bytes: Uint8Array, memory: Uint8Array, at = 0): void {
  Buffer.from(memory.buffer, memory.byteOffset + at, bytes.length).fill(bytes)
}
