import { KindlingError, type FailureDetails } from '../../src-shared/failure.ts'
import type { Ports } from '../ports.ts'
import type { Target } from './target.ts'

/** Milliseconds before a read or a write that failed is tried again. */
const pauses = [250, 1000, 3000]
/** Milliseconds without an answer that are worth a word. */
const patience = 10_000
/** Bytes of a read whose time is that of the bytes, and not of the way to them. */
const tellingRead = 256 * 1024
/** What may go away by itself: a bad contact, a drive that resets. */
const passing = new Set(['drive-write-failed', 'drive-read-failed'])

export interface PatientTarget extends Target {
  /** Tries after a first one that failed, so far. */
  readonly retries: number
  /** Bytes read and written so far. */
  readonly moved: number
  /** Bytes per second of reads that were long enough to tell; null before the first. */
  readonly readPace: number | null
}

/** The job that works with the drive. */
export interface PatientJob {
  /** Cuts short the pauses of what began before it aborted. */
  signal: AbortSignal
  warn(code: 'drive-retried' | 'drive-stalled', message: string, details: FailureDetails): void
}

/**
 * A target that tries a failed read or write up to three times more, and tells when the drive does not answer.
 * A flush is never tried again: the kernel forgets what it could not write once it has told so (fsync(2), Linux 4.13 on).
 * A drive that does not answer is waited for, whatever it takes: the kernel has the memory, and decides how long it tries.
 */
export function createPatientTarget(
  target: Target,
  ports: Pick<Ports, 'now' | 'sleep'>,
  job: PatientJob,
): PatientTarget {
  const underWay = new Set<{ since: number; told: boolean }>()
  const closed = new AbortController()
  let watching = false
  let retries = 0
  let moved = 0
  const longReads = { bytes: 0, milliseconds: 0 }
  /** All tries of something failed, and nothing succeeded since: what comes now is not worth the time. */
  let hopeless = false

  /** Goes on while anything is under way, and tells once of what has waited too long. */
  async function watch() {
    watching = true
    while (underWay.size > 0 && !closed.signal.aborted) {
      const oldest = [...underWay].find(({ told }) => !told)
      const left = oldest === undefined ? patience : oldest.since + patience - ports.now()
      if (left > 0) await ports.sleep(left, closed.signal).catch(() => undefined)
      else {
        for (const each of underWay) each.told = true
        job.warn(
          'drive-stalled',
          `The drive has not answered for ${patience / 1000} s. Kindling goes on when it does.`,
          {
            seconds: patience / 1000,
          },
        )
      }
    }
    watching = false
  }

  async function attempt<T>(act: () => Promise<T>): Promise<T> {
    const operation = { since: ports.now(), told: false }
    underWay.add(operation)
    if (!watching) void watch()
    try {
      return await act()
    } finally {
      underWay.delete(operation)
    }
  }

  async function persist(act: () => Promise<void>): Promise<void> {
    // Clearing a drive after a request to stop is as patient as all else.
    const stop = job.signal.aborted ? undefined : job.signal
    for (let tries = 0; ; tries++)
      try {
        await attempt(act)
        hopeless = false
        return
      } catch (error) {
        if (!(error instanceof KindlingError) || !passing.has(error.code)) throw error
        hopeless ||= tries === pauses.length
        if (hopeless) throw error
        await ports.sleep(pauses[tries]!, stop).catch(() => Promise.reject(error))
        if (retries++ === 0)
          job.warn('drive-retried', describeRetry(error), {
            ...error.details,
            tries: pauses.length,
            operation: operationOf(error),
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
    flush: () => attempt(() => target.flush()),
    rereadPartitionTable: () => attempt(() => target.rereadPartitionTable()),
    eject: () => attempt(() => target.eject()),
    async close() {
      closed.abort()
      await target.close()
    },
  }
}

const operationOf = ({ code }: KindlingError) => (code === 'drive-write-failed' ? 'write' : 'read')

function describeRetry(error: KindlingError): string {
  const { details } = error
  return `The drive failed to ${operationOf(error)} at byte ${details['offset']} (${details['reason']}). It is asked again, up to ${pauses.length} times for each failure.`
}
