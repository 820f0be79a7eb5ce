/** Returns a generator of deterministic 32-bit numbers (xorshift32). */
export function makeRandom(seed: number): () => number {
  // A state of zero would stay zero. The odd factor separates neighbouring seeds.
  let state = Math.imul(seed + 1, 0x9e3779b1) >>> 0 || 1
  return () => {
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    return (state >>>= 0)
  }
}

const stretch = 64 * 1024

/**
 * Fills memory like a disk image, always the same for the same seed. About 45 % is zeros, 45 %
 * compresses well, and 10 % is noise that does not compress. No two non-zero stretches are equal,
 * so bytes in the wrong place are noticed.
 */
export function fillLikeDisk(bytes: Buffer, seed: number): void {
  const random = makeRandom(seed)
  const fillWithNoise = (part: Buffer) => {
    for (let at = 0; at + 4 <= part.length; at += 4) part.writeUInt32LE(random(), at)
  }
  const words = Buffer.alloc(512)
  fillWithNoise(words)
  const text = Buffer.alloc(2 * stretch)
  for (let at = 0; at < text.length;) {
    const word = random() % 480
    at += words.copy(text, at, word, word + 4 + (random() % 28))
  }
  for (let start = 0; start < bytes.length; start += stretch) {
    const part = bytes.subarray(start, start + stretch)
    const lot = random() % 100
    if (lot < 45) part.fill(0)
    else if (lot < 90) text.copy(part, 0, random() % stretch)
    else fillWithNoise(part)
    if (lot >= 45 && part.length >= 4) part.writeUInt32LE(start / stretch + 1)
  }
}

/** Returns noise that does not compress, always the same for the same seed. */
export function makeNoise(length: number, seed: number): Buffer {
  const random = makeRandom(seed)
  const words = Uint32Array.from({ length: Math.ceil(length / 4) }, random)
  return Buffer.from(words.buffer, 0, length)
}
