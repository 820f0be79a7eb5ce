import { crc32 } from 'node:zlib'
import { createCRC64, type IHasher } from 'hash-wasm'
import { isZero } from '../../../memory/is-zero.ts'
import { stretchSize } from '../../../memory/piece.ts'
import type { XzCheckKind } from '../xz/xz-layout.ts'

export interface XzCheck {
  update(bytes: Uint8Array): void
  /** Returns the check as the file stores it behind the block: little-endian. */
  digest(): Uint8Array
}

/** Polynomial of ECMA-182, reflected, as the .xz format requires it (format 6). */
const ecma182 = 'c96c5795d7870f42'

/** Computes the same checks as the decoder would, several times faster. */
export async function startXzCheck(kind: XzCheckKind): Promise<XzCheck> {
  if (kind === 0) return { update: () => {}, digest: () => new Uint8Array() }
  if (kind === 1) {
    let sum = 0
    return {
      update: (bytes) => (sum = crc32(bytes, sum)),
      digest: () => new Uint8Array(Uint32Array.of(sum).buffer),
    }
  }
  const hasher = await createCRC64(ecma182)
  const passZeros = (learned ??= learnZeros(hasher))
  let zeros = 0
  hasher.init()
  function settle() {
    if (zeros > 0) hasher.load(passZeros(hasher.save(), zeros))
    zeros = 0
  }
  return {
    update(bytes) {
      if (bytes.length === stretchSize && isZero(bytes)) return void zeros++
      settle()
      hasher.update(bytes)
    },
    digest() {
      settle()
      return hasher.digest('binary').toReversed()
    },
  }
}

/** Number of bytes at the start of a saved hasher state that are not the CRC. */
const mark = 4
let learned: ReturnType<typeof learnZeros> | undefined

/**
 * Learns from the hasher how a stretch of zeros changes a CRC. A CRC is linear in its bits, so the
 * change is the XOR of the changes that each bit causes. Half an image may be zeros.
 */
function learnZeros(hasher: IHasher): (state: Uint8Array, stretches: number) => Uint8Array {
  const noBytes = new Uint8Array(stretchSize)
  const pass = (bit?: number) => {
    const state = hasher.init().save()
    if (bit !== undefined) state[mark + (bit >> 3)]! ^= 1 << (bit & 7)
    return hasher.load(state).update(noBytes).save()
  }
  const constant = pass()
  const bits = Array.from({ length: 8 * (constant.length - mark) }, (_, bit) => xor(pass(bit), constant))
  return (state, stretches) => {
    let now = state
    for (let left = stretches; left > 0; left--) {
      const next = constant.slice()
      for (const [bit, made] of bits.entries()) if (now[mark + (bit >> 3)]! & (1 << (bit & 7))) xor(next, made)
      now = next
    }
    return now
  }
}

/** Changes `into`, except for its mark, to the XOR of both. Returns `into`. */
function xor(into: Uint8Array, other: Uint8Array): Uint8Array {
  for (let at = mark; at < into.length; at++) into[at]! ^= other[at]!
  return into
}
