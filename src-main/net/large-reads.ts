import type { OnReadOpts, Socket } from 'node:net'

/** Bytes that one read from the system may bring; more does not stay in a processor's cache until they are stored. */
const blockSize = 256 * 1024
/** Bytes of a block that are worth a read: those of a TLS record, which is never larger (RFC 8446, 5.1). */
const leastRoom = 16 * 1024

/**
 * How connections read: into blocks that fill up read by read, where Node would make a buffer of 64 KiB for each. What was
 * received lies side by side in a block, and no byte of one is used twice.
 */
export function createLargeReads(): OnReadOpts {
  let rest: Uint8Array | null = null
  return {
    // Asked for when a connection begins, and right after each `callback`: the rest stays with the connection that had the block.
    buffer() {
      const block = rest !== null && rest.length >= leastRoom ? rest : Buffer.allocUnsafeSlow(blockSize)
      rest = null
      return block
    },
    callback(this: Socket, length: number, block: Uint8Array) {
      const goOn = this.push(block.subarray(0, length))
      rest = block.subarray(length)
      return goOn
    },
  }
}
