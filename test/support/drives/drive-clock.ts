import type { Operation } from './memory-drive.ts'

/** How long a drive takes, by its own clock: nobody waits. */
export interface Speeds {
  /** Bytes per second. */
  read: number
  /** Bytes per second. */
  write: number
  /** Milliseconds from an operation's start until bytes move; those of several operations overlap. */
  latency?: number
  /** Reads and writes do not hold each other up. */
  duplex?: boolean
}

/** Time as a drive needs it: it jumps to the end of the next operation when nothing else is left to do. */
export function makeDriveClock({ read, write, latency = 0, duplex = false }: Speeds) {
  let now = 0
  const free = { read: 0, write: 0 }
  const underWay: { end: number; resolve: () => void }[] = []

  /** Ends the operation that ends first. By the time of the next turn of the event loop, all have had their say. */
  function advance() {
    underWay.sort((a, b) => a.end - b.end)
    const first = underWay.shift()
    if (first === undefined) return
    now = first.end
    first.resolve()
    if (underWay.length > 0) setImmediate(advance)
  }

  return {
    now: () => now,
    async take(operation: Operation) {
      if (operation.kind !== 'read' && operation.kind !== 'write') return
      const { kind, length } = operation
      const lane = duplex ? kind : 'write'
      const begin = Math.max(now + latency, free[lane])
      const end = begin + (length * 1000) / (kind === 'read' ? read : write)
      free[lane] = end
      await new Promise<void>((resolve) => {
        underWay.push({ end, resolve })
        if (underWay.length === 1) setImmediate(advance)
      })
    },
  }
}
