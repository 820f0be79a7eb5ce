import { readFileSync } from 'node:fs'
import { descendants, orElse } from '../support/programs/descendants.ts'

/**
 * Measures the peak of resident memory of all descendants of a process, without the process itself.
 *
 * For each process the kernel records its own peak (VmHWM in /proc/PID/status). Each sample adds up
 * the peaks of the living processes, and the largest sum counts. Therefore pages shared by two
 * processes count twice, and peaks at different times add up. The result is too high rather than
 * too low. For a single process it is exact, except for growth after the last sample.
 */
export function peakOf(root: number): { look(): void; /** Peak in bytes. */ peak(): number } {
  let peak = 0
  let seen = new Set<number>()
  return {
    look() {
      const living = descendants(root)
      // Between fork and exec a child shows its parent's pages, so it counts from its second sample
      // on.
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
