const zeros = Buffer.alloc(1024 * 1024)

/**
 * Returns whether all bytes are zero. Runs at memory speed, because it checks every byte that is
 * read back from a drive.
 */
export function isZero(bytes: Uint8Array): boolean {
  for (let at = 0; at < bytes.length; at += zeros.length) {
    const part = bytes.subarray(at, at + zeros.length)
    if (Buffer.compare(part, zeros.subarray(0, part.length)) !== 0) return false
  }
  return true
}
