import { KindlingError } from '../../src-shared/failure.ts'
import type { Warn } from '../../src-shared/warnings.ts'
import type { Clock } from '../memory/clock.ts'
import type { Target } from './target.ts'
import { watchStalls } from './watch-stalls.ts'

/** Delays before each retry of a failed read or write, in milliseconds. */
const pauses = [250, 1000, 3000]
/**
 * Minimum size of a read whose time is measured, in bytes. The time of a smaller one is mostly
 * latency.
 */
const tellingRead = 256 * 1024
/** Failures that may be temporary, such as a bad contact or a drive that resets. */
const passing = new Set(['drive-write-failed', 'drive-read-failed'])

export interface RetryingTarget extends Target {
  /** Number of retries so far. */
  readonly retries: number
  /** Number of bytes read and written so far. */
  readonly moved: number
  /** Read rate in bytes per second, measured on long reads only; null before the first one. */
  readonly readPace: number | null
}

/** The job that works with the drive. */
export interface RetryingJob {
  /** Ends the delays between retries, for operations that began before the signal aborted. */
  signal: AbortSignal
  warn: Warn
}

/**
 * Creates a target that retries a failed read or write up to three times, and warns when the drive
 * does not answer. A flush is never retried: the kernel discards the data that it could not write
 * once it has reported the error (fsync(2), since Linux 4.13). Reads and writes have no timeout.
 * The kernel uses the memory of an outstanding request, and decides how long to try.
 */
export function createRetryingTarget(target: Target, ports: Clock, job: RetryingJob): RetryingTarget {
  const stalls = watchStalls(ports, job.warn)
  let retries = 0
  let moved = 0
  const longReads = { bytes: 0, milliseconds: 0 }
  /**
   * Set when every retry of an operation failed; reset by the next success. While set, failures are
   * not retried, because that would not be worth the time.
   */
  let hopeless = false

  async function persist(act: () => Promise<void>): Promise<void> {
    // Clearing a drive after a cancel needs its retries, too: their delays are not cut short.
    const stop = job.signal.aborted ? undefined : job.signal
    for (let tries = 0; ; tries++)
      try {
        await stalls.during(act)
        hopeless = false
        return
      } catch (error) {
        if (!(error instanceof KindlingError) || !passing.has(error.code)) throw error
        hopeless ||= tries === pauses.length
        if (hopeless) throw error
        await ports.sleep(pauses[tries]!, stop).catch(() => Promise.reject(error))
        if (retries++ === 0)
          job.warn('drive-retried', {
            ...(error.details as { offset: number; reason: string }),
            tries: pauses.length,
            operation: error.code === 'drive-write-failed' ? 'write' : 'read',
          })
      }
  }

  return {
    size: target.size,
    sectorSize: target.sectorSize,
    alignment: target.alignment,
    pastCache: target.pastCache,
    get retries() {
      return retries
    },
    get moved() {
      return moved
    },
    get readPace() {
      return longReads.milliseconds === 0 ? null : (longReads.bytes * 1000) / longReads.milliseconds
    },
    async write(bytes, offset) {
      await persist(() => target.write(bytes, offset))
      moved += Array.isArray(bytes) ? bytes.reduce((sum, part) => sum + part.length, 0) : bytes.length
    },
    async read(bytes, offset) {
      const began = ports.now()
      await persist(() => target.read(bytes, offset))
      moved += bytes.length
      if (bytes.length < tellingRead) return
      longReads.bytes += bytes.length
      longReads.milliseconds += ports.now() - began
    },
    flush: () => stalls.during(() => target.flush()),
    rereadPartitionTable: () => stalls.during(() => target.rereadPartitionTable()),
    eject: () => stalls.during(() => target.eject()),
    async close() {
      stalls.stop()
      await target.close()
    },
  }
}
