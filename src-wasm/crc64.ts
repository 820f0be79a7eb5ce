// CRC64 as .xz has it: the polynomial of ECMA-182, reflected (.xz file format, 6). Sixteen bytes
// are taken at once ("slicing by 16"), and a stretch of zeros in one step. In AssemblyScript (ADR
// 25).
//
// All memory belongs to the caller:
//
//     tables      16 tables of 256 sums: those of a byte that 0 to 15 zeros have followed
//     zeroSums    for each bit of a sum: the sum after a stretch of zeros

const polynomial: u64 = 0xc96c5795d7870f42

/** Addresses, in the page that `ring-memory` reserves. */
const tables = 0x10000
const tableSize = 256 << 3
const zeroSums = tables + 16 * tableSize
/** The sums of twice as many zeros, while `makeTables` makes them. */
const doubled = zeroSums + (64 << 3)

/** The sum of the bytes so far, inverted. */
let register: u64

/**
 * Makes the tables.
 * @param stretch – size of a stretch of zeros, in bytes; a power of two, at least 16
 */
export function makeTables(stretch: i32): void {
  for (let byte = 0; byte < 256; byte++) {
    let sum: u64 = byte
    for (let bit = 0; bit < 8; bit++) sum = (sum >> 1) ^ (polynomial & -(sum & 1))
    store<u64>(tables + (byte << 3), sum)
  }
  for (let at = tables + tableSize; at < zeroSums; at += 8) {
    const sum = load<u64>(at - tableSize)
    store<u64>(at, (sum >> 8) ^ load<u64>(tables + (i32(sum & 0xff) << 3)))
  }
  memory.fill(doubled, 0, 16)
  for (let bit = 0; bit < 64; bit++) {
    register = (1 as u64) << bit
    addBytes(doubled, doubled + 16)
    store<u64>(zeroSums + (bit << 3), register)
  }
  for (let length = 16; length < stretch; length <<= 1) {
    for (let bit = 0; bit < 64; bit++) store<u64>(doubled + (bit << 3), sumZeros(load<u64>(zeroSums + (bit << 3))))
    memory.copy(zeroSums, doubled, 64 << 3)
  }
}

export function start(): void {
  register = ~(0 as u64)
}

/** Adds the bytes from `at` to `end`. */
export function addBytes(at: i32, end: i32): void {
  let sum = register
  for (; end - at >= 16; at += 16) {
    const first = load<u64>(at) ^ sum
    const second = load<u64>(at, 8)
    sum =
      load<u64>(i32(second << 3) & 0x7f8, tables + 7 * tableSize) ^
      load<u64>(i32(second >> 5) & 0x7f8, tables + 6 * tableSize) ^
      load<u64>(i32(second >> 13) & 0x7f8, tables + 5 * tableSize) ^
      load<u64>(i32(second >> 21) & 0x7f8, tables + 4 * tableSize) ^
      load<u64>(i32(second >> 29) & 0x7f8, tables + 3 * tableSize) ^
      load<u64>(i32(second >> 37) & 0x7f8, tables + 2 * tableSize) ^
      load<u64>(i32(second >> 45) & 0x7f8, tables + tableSize) ^
      load<u64>(i32(second >> 53) & 0x7f8, tables) ^
      (load<u64>(i32(first << 3) & 0x7f8, tables + 15 * tableSize) ^
        load<u64>(i32(first >> 5) & 0x7f8, tables + 14 * tableSize) ^
        (load<u64>(i32(first >> 13) & 0x7f8, tables + 13 * tableSize) ^
          load<u64>(i32(first >> 21) & 0x7f8, tables + 12 * tableSize)) ^
        (load<u64>(i32(first >> 29) & 0x7f8, tables + 11 * tableSize) ^
          load<u64>(i32(first >> 37) & 0x7f8, tables + 10 * tableSize) ^
          (load<u64>(i32(first >> 45) & 0x7f8, tables + 9 * tableSize) ^
            load<u64>(i32(first >> 53) & 0x7f8, tables + 8 * tableSize))))
  }
  for (; at < end; at++) sum = (sum >> 8) ^ load<u64>(tables + (i32((sum ^ load<u8>(at)) & 0xff) << 3))
  register = sum
}

/** Adds a stretch of zeros. */
export function addZeros(): void {
  register = sumZeros(register)
}

export function sum(): u64 {
  return ~register
}

/** Returns the sum after the zeros of `zeroSums`. */
function sumZeros(before: u64): u64 {
  let sum: u64 = 0
  for (let bit = 0; bit < 64; bit++) sum ^= load<u64>(zeroSums + (bit << 3)) & -((before >> bit) & 1)
  return sum
}
