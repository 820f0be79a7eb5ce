// A decoder of LZMA2, in AssemblyScript (ADR 25). It is written from the LZMA specification
// (https://www.7-zip.org/sdk.html, lzma-specification.txt, public domain), whose names it uses, and
// from the .xz file format (https://tukaani.org/xz/xz-file-format.txt, 5.3.1).
//
// All memory belongs to the caller. The decoded bytes go to a ring, which is the dictionary too:
//
//     0           probabilities and patterns
//     ringStart   the ring
//     ringEnd     an overrun, into which the chunk that reaches the end of the ring is decoded. It
//                 is copied to the start of the ring when the chunk is complete.
//
// A chunk is decoded only when all of it has arrived and there is room for all that it decodes to.
// So there is no state to suspend inside a chunk, and only three checks are needed for each symbol:
// a symbol reads less than 32 bytes, and writes within the chunk, from bytes that were decoded.

/** Results of `decodeChunk` that are not a number of bytes read. */
export const needsInput = 0
export const needsRoom = -1
export const damaged = -2
export const ended = -3

/** Bytes behind the end of a chunk that may be overwritten, because a copy moves 16 at a time. */
const slack = 16

// Addresses. Every table of probabilities starts at a multiple of four bytes.
/** For each distance below 16: the indexes that repeat so many bytes (`i8x16.swizzle`). */
const patterns = 0
const isMatch = 256
const isRep0Long = isMatch + 2 * (12 << 4)
const isRep = isRep0Long + 2 * (12 << 4)
const isRepG0 = isRep + 2 * 12
const isRepG1 = isRepG0 + 2 * 12
const isRepG2 = isRepG1 + 2 * 12
const posSlots = isRepG2 + 2 * 12
const posSpecial = posSlots + 2 * (4 << 6)
const posAlign = posSpecial + 2 * 128
const matchLength = posAlign + 2 * 16
// Within the probabilities of a length.
const lengthLow = 2 * 2
const lengthMid = lengthLow + 2 * (16 << 3)
const lengthHigh = lengthMid + 2 * (16 << 3)
const repLength = matchLength + lengthHigh + 2 * 256
const literals = repLength + lengthHigh + 2 * 256
const literalSize = 0x300

/** A probability of one half. Probabilities have 11 bits, and adapt by a part of 2^5. */
const half = 1 << 10
/** The range coder reads a byte when its range is smaller. */
const top: u64 = 1 << 24
/** Makes `p - ((p + rise) >> 5)` the rise of a probability, `p + ((2048 - p) >> 5)`. */
const rise: i64 = 31 - 2048

let ringStart: i32
let ringEnd: i32
let dictionary: i32
/** Address of the next decoded byte, in the ring. */
let next: i32
/** Address that has the position 0 for lp and pb. Only its lowest bits matter. */
let origin: i32
/** Number of bytes that distances may reach back, at most the dictionary. */
let reach: i32
let needsDictionary: bool
let needsProperties: bool

let lc: i32
let lpMask: i32
let pbMask: i32
let lastState: i32
let lastRep0: u32
let lastRep1: u32
let lastRep2: u32
let lastRep3: u32

/**
 * Starts a block.
 * @param start, size – the ring, in bytes; multiples of 16
 * @param dictionarySize – as the block's header states it, in bytes; the ring is larger by the
 *   largest chunk (2 MiB) and `slack` at least
 * @param first – offset of the first decoded byte in the ring
 */
export function startBlock(start: i32, size: i32, dictionarySize: i32, first: i32): void {
  ringStart = start
  ringEnd = start + size
  dictionary = dictionarySize
  next = start + first
  reach = 0
  needsDictionary = true
  needsProperties = true
  for (let distance = 1; distance < 16; distance++)
    for (let index = 0; index < 16; index++) store<u8>(patterns + (distance << 4) + index, index % distance)
}

/** Returns the offset of the next decoded byte in the ring. */
export function position(): i32 {
  return next - ringStart
}

/**
 * Decodes the next chunk.
 * @param at, end – addresses of the bytes that have arrived; 32 more may be read, but not used
 * @param room – number of bytes behind the position that may be overwritten
 * @returns the number of bytes read, or one of the results above
 */
export function decodeChunk(at: i32, end: i32, room: i32): i32 {
  if (at >= end) return needsInput
  const control: i32 = load<u8>(at)
  if (control == 0) return ended
  const isPacked = control >= 0x80
  if (control > 2 && !isPacked) return damaged
  const hasProperties = control >= 0xc0
  const headerSize = isPacked ? (hasProperties ? 6 : 5) : 3
  if (end - at < headerSize) return needsInput
  const size = (isPacked ? (control & 0x1f) << 16 : 0) + readSize(at + 1)
  const packedSize = isPacked ? readSize(at + 3) : size
  const resetsDictionary = control == 1 || control >= 0xe0
  if (needsDictionary && !resetsDictionary) return damaged
  if (isPacked && needsProperties && !hasProperties) return damaged
  if (hasProperties && !setProperties(load<u8>(at + 5))) return damaged
  const start = at + headerSize
  if (end - start < packedSize) return needsInput
  if (room < size + slack) return needsRoom

  if (resetsDictionary) {
    needsDictionary = false
    needsProperties = !isPacked
    reach = 0
    origin = next
  }
  if (!isPacked) memory.copy(next, start, size)
  else {
    if (hasProperties) needsProperties = false
    if (control >= 0xa0) resetState()
    if (!decodeSymbols(start, start + packedSize, next + size)) return damaged
  }
  reach = min(reach + size, dictionary)
  next += size
  if (next >= ringEnd) {
    const beyond = next - ringEnd
    memory.copy(ringStart, ringEnd, beyond)
    next = ringStart + beyond
  }
  return headerSize + packedSize
}

function readSize(at: i32): i32 {
  return (i32(load<u8>(at)) << 8) + load<u8>(at + 1) + 1
}

function setProperties(properties: i32): bool {
  if (properties >= 9 * 5 * 5) return false
  const lp = (properties / 9) % 5
  lc = properties % 9
  if (lc + lp > 4) return false
  lpMask = (1 << lp) - 1
  pbMask = (1 << (properties / 45)) - 1
  return true
}

function resetState(): void {
  lastState = 0
  lastRep0 = lastRep1 = lastRep2 = lastRep3 = 0
  const after = literals + 2 * (literalSize << 4)
  for (let at = isMatch; at < after; at += 4) store<u32>(at, (half << 16) | half)
}

/**
 * Decodes the symbols of a chunk from `at` to `end`, into the memory from `next` to `toEnd`.
 *
 * AssemblyScript has no macros, and functions would have to keep the range coder in memory. So the
 * lines of a bit are repeated. They have two forms:
 * - bits that choose a way end in a jump: `if (code < bound)`;
 * - bits of a tree, which cannot be foreseen, do without. `mask` is -1 for a bit of 0, and 0 for a
 *   bit of 1. The probabilities of both next bits are loaded before this bit is known: that after a
 *   1, and its difference from that after a 0.
 */
function decodeSymbols(at: i32, end: i32, toEnd: i32): bool {
  // The first byte is 0 (specification: the range coder).
  if (end - at < 5 || load<u8>(at) != 0) return false
  let range: u64 = 0xffffffff
  let code: u64 = bswap(load<u32>(at + 1))
  if (code == range) return false
  at += 5

  let to = next
  /** Address before which nothing can be reached. Beyond the start of the ring, it wraps. */
  const floor = to - reach
  const size = ringEnd - ringStart
  let state = lastState
  let rep0 = lastRep0
  let rep1 = lastRep1
  let rep2 = lastRep2
  let rep3 = lastRep3
  let previous: i32 = reach == 0 ? 0 : load<u8>((to == ringStart ? ringEnd : to) - 1)
  let p: u64
  let bound: u64
  let mask: i64
  let pair: u64
  let whenOne: u64
  let change: u64
  let tree: i32
  let symbol: i32

  while (to < toEnd) {
    const posState = (to - origin) & pbMask
    let place = isMatch + (((state << 4) + posState) << 1)
    if (range < top) {
      range <<= 8
      code = (code << 8) | load<u8>(at++)
    }
    p = load<u16>(place)
    bound = (range >> 11) * p
    if (code < bound) {
      range = bound
      store<u16>(place, p + ((2048 - p) >> 5))

      // A literal.
      tree = literals + 2 * literalSize * ((((to - origin) & lpMask) << lc) + (previous >> (8 - lc)))
      symbol = 1
      if (state >= 7) {
        let source = to - i32(rep0) - 1
        if (source < ringStart) source += size
        let matched: i32 = load<u8>(source)
        let offset = 0x100
        do {
          matched <<= 1
          const wanted = matched & offset
          place = tree + ((offset + wanted + symbol) << 1)
          if (range < top) {
            range <<= 8
            code = (code << 8) | load<u8>(at++)
          }
          p = load<u16>(place)
          bound = (range >> 11) * p
          code -= bound
          mask = i64(code) >> 63
          store<u16>(place, p - ((i64(p) + (mask & rise)) >> 5))
          code += bound & mask
          range -= bound
          range ^= (range ^ bound) & mask
          symbol = (symbol << 1) + 1 + i32(mask)
          offset &= wanted ^ i32(mask)
        } while (symbol < 0x100)
      } else {
        p = load<u16>(tree + 2)
        do {
          if (range < top) {
            range <<= 8
            code = (code << 8) | load<u8>(at++)
          }
          bound = (range >> 11) * p
          pair = load<u32>(tree + (symbol << 2))
          whenOne = pair >> 16
          change = (pair & 0xffff) ^ whenOne
          code -= bound
          mask = i64(code) >> 63
          store<u16>(tree + (symbol << 1), p - ((i64(p) + (mask & rise)) >> 5))
          code += bound & mask
          range -= bound
          range ^= (range ^ bound) & mask
          symbol = (symbol << 1) + 1 + i32(mask)
          p = whenOne ^ (change & u64(mask))
        } while (symbol < 0x100)
      }
      previous = symbol & 0xff
      store<u8>(to++, previous)
      state = state < 4 ? 0 : state < 10 ? state - 3 : state - 6
      if (at > end) return false
      continue
    }
    range -= bound
    code -= bound
    store<u16>(place, p - (p >> 5))

    place = isRep + (state << 1)
    if (range < top) {
      range <<= 8
      code = (code << 8) | load<u8>(at++)
    }
    p = load<u16>(place)
    bound = (range >> 11) * p
    let lengths = matchLength
    const isSimple = code < bound
    if (isSimple) {
      range = bound
      store<u16>(place, p + ((2048 - p) >> 5))
      rep3 = rep2
      rep2 = rep1
      rep1 = rep0
      state = state < 7 ? 7 : 10
    } else {
      range -= bound
      code -= bound
      store<u16>(place, p - (p >> 5))
      lengths = repLength
      place = isRepG0 + (state << 1)
      if (range < top) {
        range <<= 8
        code = (code << 8) | load<u8>(at++)
      }
      p = load<u16>(place)
      bound = (range >> 11) * p
      if (code < bound) {
        range = bound
        store<u16>(place, p + ((2048 - p) >> 5))
        place = isRep0Long + (((state << 4) + posState) << 1)
        if (range < top) {
          range <<= 8
          code = (code << 8) | load<u8>(at++)
        }
        p = load<u16>(place)
        bound = (range >> 11) * p
        if (code < bound) {
          range = bound
          store<u16>(place, p + ((2048 - p) >> 5))
          // A short rep: one byte.
          if (rep0 >= u32(to - floor) || rep0 >= u32(dictionary) || at > end) return false
          let source = to - i32(rep0) - 1
          if (source < ringStart) source += size
          previous = load<u8>(source)
          store<u8>(to++, previous)
          state = state < 7 ? 9 : 11
          continue
        }
        range -= bound
        code -= bound
        store<u16>(place, p - (p >> 5))
      } else {
        range -= bound
        code -= bound
        store<u16>(place, p - (p >> 5))
        place = isRepG1 + (state << 1)
        if (range < top) {
          range <<= 8
          code = (code << 8) | load<u8>(at++)
        }
        p = load<u16>(place)
        bound = (range >> 11) * p
        let distance = rep1
        if (code < bound) {
          range = bound
          store<u16>(place, p + ((2048 - p) >> 5))
        } else {
          range -= bound
          code -= bound
          store<u16>(place, p - (p >> 5))
          place = isRepG2 + (state << 1)
          if (range < top) {
            range <<= 8
            code = (code << 8) | load<u8>(at++)
          }
          p = load<u16>(place)
          bound = (range >> 11) * p
          distance = rep2
          if (code < bound) {
            range = bound
            store<u16>(place, p + ((2048 - p) >> 5))
          } else {
            range -= bound
            code -= bound
            store<u16>(place, p - (p >> 5))
            distance = rep3
            rep3 = rep2
          }
          rep2 = rep1
        }
        rep1 = rep0
        rep0 = distance
      }
      state = state < 7 ? 8 : 11
    }

    // The length.
    let length: i32
    let limit = 8
    if (range < top) {
      range <<= 8
      code = (code << 8) | load<u8>(at++)
    }
    p = load<u16>(lengths)
    bound = (range >> 11) * p
    if (code < bound) {
      range = bound
      store<u16>(lengths, p + ((2048 - p) >> 5))
      tree = lengths + lengthLow + (posState << 4)
      length = 2 - 8
    } else {
      range -= bound
      code -= bound
      store<u16>(lengths, p - (p >> 5))
      place = lengths + 2
      if (range < top) {
        range <<= 8
        code = (code << 8) | load<u8>(at++)
      }
      p = load<u16>(place)
      bound = (range >> 11) * p
      if (code < bound) {
        range = bound
        store<u16>(place, p + ((2048 - p) >> 5))
        tree = lengths + lengthMid + (posState << 4)
        length = 2 + 8 - 8
      } else {
        range -= bound
        code -= bound
        store<u16>(place, p - (p >> 5))
        tree = lengths + lengthHigh
        length = 2 + 16 - 256
        limit = 256
      }
    }
    symbol = 1
    p = load<u16>(tree + 2)
    do {
      if (range < top) {
        range <<= 8
        code = (code << 8) | load<u8>(at++)
      }
      bound = (range >> 11) * p
      pair = load<u32>(tree + (symbol << 2))
      whenOne = pair >> 16
      change = (pair & 0xffff) ^ whenOne
      code -= bound
      mask = i64(code) >> 63
      store<u16>(tree + (symbol << 1), p - ((i64(p) + (mask & rise)) >> 5))
      code += bound & mask
      range -= bound
      range ^= (range ^ bound) & mask
      symbol = (symbol << 1) + 1 + i32(mask)
      p = whenOne ^ (change & u64(mask))
    } while (symbol < limit)
    length += symbol

    // The distance.
    if (isSimple) {
      tree = posSlots + (min(length - 2, 3) << 7)
      symbol = 1
      p = load<u16>(tree + 2)
      do {
        if (range < top) {
          range <<= 8
          code = (code << 8) | load<u8>(at++)
        }
        bound = (range >> 11) * p
        pair = load<u32>(tree + (symbol << 2))
        whenOne = pair >> 16
        change = (pair & 0xffff) ^ whenOne
        code -= bound
        mask = i64(code) >> 63
        store<u16>(tree + (symbol << 1), p - ((i64(p) + (mask & rise)) >> 5))
        code += bound & mask
        range -= bound
        range ^= (range ^ bound) & mask
        symbol = (symbol << 1) + 1 + i32(mask)
        p = whenOne ^ (change & u64(mask))
      } while (symbol < 64)
      const slot = symbol - 64
      rep0 = slot
      if (slot >= 4) {
        let bits = (slot >> 1) - 1
        rep0 = (2 | (slot & 1)) << bits
        if (slot < 14) tree = posSpecial + ((i32(rep0) - slot) << 1)
        else {
          let direct: u32 = 0
          for (bits -= 4; bits > 0; bits--) {
            if (range < top) {
              range <<= 8
              code = (code << 8) | load<u8>(at++)
            }
            range >>= 1
            code -= range
            mask = i64(code) >> 63
            code += range & mask
            direct = (direct << 1) + 1 + u32(mask)
          }
          if (code >= range) return false
          rep0 += direct << 4
          bits = 4
          tree = posAlign
        }
        // A tree whose lowest bit comes first.
        symbol = 1
        p = load<u16>(tree + 2)
        for (let weight: u32 = 1; bits > 0; bits--) {
          if (range < top) {
            range <<= 8
            code = (code << 8) | load<u8>(at++)
          }
          bound = (range >> 11) * p
          pair = load<u32>(tree + (symbol << 2))
          whenOne = pair >> 16
          change = (pair & 0xffff) ^ whenOne
          code -= bound
          mask = i64(code) >> 63
          store<u16>(tree + (symbol << 1), p - ((i64(p) + (mask & rise)) >> 5))
          code += bound & mask
          range -= bound
          range ^= (range ^ bound) & mask
          symbol = (symbol << 1) + 1 + i32(mask)
          rep0 += weight & ~u32(mask)
          weight <<= 1
          p = whenOne ^ (change & u64(mask))
        }
      }
    }

    if (rep0 >= u32(to - floor) || rep0 >= u32(dictionary) || length > toEnd - to || at > end) return false
    const distance = i32(rep0) + 1
    let source = to - distance
    if (source < ringStart) source += size
    const copied = to + length
    // A source behind `to` was wrapped, and may wrap again.
    if (source < to || source + length <= ringEnd) repeat(to, source, copied)
    else
      for (; to < copied; to++) {
        store<u8>(to, load<u8>(source))
        if (++source == ringEnd) source = ringStart
      }
    to = copied
    previous = load<u8>(to - 1)
  }

  lastState = state
  lastRep0 = rep0
  lastRep1 = rep1
  lastRep2 = rep2
  lastRep3 = rep3
  if (range < top) code = (code << 8) | load<u8>(at++)
  return at == end && code == 0
}

/** Copies bytes forward to `to`, up to `end`, from `source`; up to 15 bytes more are written. */
function repeat(to: i32, source: i32, end: i32): void {
  const distance = to - source
  if (ASC_FEATURE_SIMD) {
    // Also where the ring was wrapped, and the source lies behind.
    if (distance >= 16 || distance < 0) {
      do {
        v128.store(to, v128.load(source))
        source += 16
        to += 16
      } while (to < end)
      return
    }
    const pattern = v128.swizzle(v128.load(source), v128.load(patterns + (distance << 4)))
    const step = 16 - (16 % distance)
    do {
      v128.store(to, pattern)
      to += step
    } while (to < end)
  } else if (distance >= 8 || distance < 0) {
    do {
      store<u64>(to, load<u64>(source))
      source += 8
      to += 8
    } while (to < end)
  } else {
    do {
      store<u8>(to++, load<u8>(source++))
    } while (to < end)
  }
}
