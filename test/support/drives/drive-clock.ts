/** An operation of a drive in memory: `write 1048576+4194304`, `flush`, `read 0+4096`, … */
export type Operation =
  { kind: 'write' | 'read'; offset: number; length: number } | { kind: 'flush' | 'reread' | 'eject' | 'close' }

/** Speeds of a drive in simulated time. */
export interface Speeds {
  /** Read speed in bytes per second. */
  read: number
  /** Write speed in bytes per second. */
  write: number
  /**
   * Milliseconds from the start of an operation until data moves. The latencies of several
   * operations overlap.
   */
  latency?: number
  /** True if reads and writes do not delay each other. */
  duplex?: boolean
}

/**
 * Makes a simulated clock for a drive. The clock jumps to the end of the next operation once the
 * program has nothing else to do.
 */
export function makeDriveClock({ read, write, latency = 0, duplex = false }: Speeds) {
  let now = 0
  const free = { read: 0, write: 0 }
  const underWay: { end: number; resolve: () => void }[] = []

  /**
   * Ends the operation that ends first. It runs in the next turn of the event loop, when all
   * pending operations have been queued.
   */
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
