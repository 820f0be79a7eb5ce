/** Maximum size of a signature, in bytes. A detached signature of a 4096-bit key has 566. */
export const maxSignature = 64 * 1024
