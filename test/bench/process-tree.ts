import { readFileSync } from 'node:fs'
import { descendants, orElse } from '../support/descendants.ts'

/**
 * The peak of resident memory of all processes that descend from one, without that one.
 *
 * For each process the kernel keeps its own peak (VmHWM in /proc/PID/status). Each look adds up the peaks of the
 * processes that live, and the largest sum counts. So pages that two processes share count twice, and peaks at different
 * times add up: the figure is rather too high than too low, and exact for a single process but for what it grows by after
 * the last look.
 */
export function peakOf(root: number): { look(): void; /** Bytes. */ peak(): number } {
  let peak = 0
  let seen = new Set<number>()
  return {
    look() {
      const living = descendants(root)
      // Between fork and exec a child shows its parent's pages: it counts from its second look on.
      const sum = living.filter((pid) => seen.has(pid)).reduce((total, pid) => total + ownPeak(pid), 0)
      peak = Math.max(peak, sum)
      seen = new Set(living)
    },
    peak: () => peak,
  }
}

function ownPeak(pid: number): number {
  const status = orElse('', () => readFileSync(`/proc/${pid}/status`, 'utf8'))
  return Number(/^VmHWM:\s+(\d+) kB$/m.exec(status)?.[1] ?? 0) * 1024
}
