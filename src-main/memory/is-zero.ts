const zeros = Buffer.alloc(1024 * 1024)

/** Whether all of `bytes` are zero. As quick as memory is: a stick's read-back asks it of every byte. */
export function isZero(bytes: Uint8Array): boolean {
  for (let at = 0; at < bytes.length; at += zeros.length) {
    const part = bytes.subarray(at, at + zeros.length)
    if (Buffer.compare(part, zeros.subarray(0, part.length)) !== 0) return false
  }
  return true
}
