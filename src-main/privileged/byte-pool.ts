import { allocateAligned } from '../aligned-memory.ts'
import { mostBytes } from './messages.ts'

/** Bytes of what is on its way to or from the drive, at most. */
const inAll = 4 * mostBytes

/** Memory for direct I/O that is used again and again. */
export interface BytePool {
  /** Resolves when there is room for so many bytes. */
  take(length: number): Promise<Uint8Array>
  /** Gives back what `take` gave. */
  give(bytes: Uint8Array): void
}

export function createBytePool(): BytePool {
  const free: Uint8Array[] = []
  let allocated = 0
  let waiting: (() => void)[] = []

  function find(length: number): Uint8Array | null {
    const fitting = free.findIndex((each) => each.length >= length)
    if (fitting !== -1) return free.splice(fitting, 1)[0]!
    // Few sizes, so that what is given back fits again.
    const size = Math.max(mostBytes / 4, 2 ** Math.ceil(Math.log2(length)))
    while (allocated + size > inAll && free.length > 0) allocated -= free.pop()!.length
    if (allocated + size > inAll) return null
    allocated += size
    return allocateAligned(size)
  }

  return {
    async take(length) {
      for (;;) {
        const found = find(length)
        if (found !== null) return found.subarray(0, length)
        await new Promise<void>((resolve) => waiting.push(resolve))
      }
    },
    give(bytes) {
      free.push(new Uint8Array(bytes.buffer))
      const woken = waiting
      waiting = []
      for (const wake of woken) wake()
    },
  }
}
