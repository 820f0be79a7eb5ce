import type { OnReadOpts, Socket } from 'node:net'

/**
 * Maximum size of one read from the system, in bytes. A larger block would leave the processor's
 * cache before its bytes are stored.
 */
const blockSize = 256 * 1024
/**
 * Minimum free space in a block for another read, in bytes: the maximum size of a TLS record (RFC
 * 8446, 5.1).
 */
const leastRoom = 16 * 1024

/**
 * Creates read options with which connections fill large blocks, read by read. Node would allocate
 * a buffer of 64 KiB for each read. Received data is therefore contiguous in a block, and no byte
 * of a block is used twice.
 */
export function createLargeReads(): OnReadOpts {
  let rest: Uint8Array | null = null
  return {
    // Node calls this when a connection starts and right after each `callback`. The rest of a block
    // therefore stays with the connection that had the block.
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
