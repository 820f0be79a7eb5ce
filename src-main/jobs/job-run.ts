import { plainDetails, type FailureDetails } from '../../src-shared/failure.ts'
import type { JobEvent, Limit, Proof } from '../../src-shared/job.ts'
import { plain } from '../../src-shared/plain.ts'
import type { Phase } from '../../src-shared/phase.ts'
import { createProgressMeter, type ProgressMeter } from '../../src-shared/progress.ts'
import type { Receipt } from '../../src-shared/receipt.ts'
import type { Ports } from '../ports.ts'

/** What a job has said and measured so far: phases, progress, warnings. */
export interface JobRun {
  readonly signal: AbortSignal
  /** @param total bytes of the phase, null when nobody knows */
  enter(phase: Phase, total?: number | null): void
  /** Bytes that the phase has done since the last call. */
  advance(bytes: number): void
  /** Says what limits the phase, when asked. */
  limitedBy(limit: () => Limit | null): void
  /** @param details what the statement says besides the proof, as values */
  earn(proof: Proof, statement: string, details?: FailureDetails): void
  /** @param details the values that the message names */
  warn(code: string, message: string, details?: FailureDetails): void
  /** Runs when the job is over, with what it failed of or null; what was given last runs first. */
  atEnd(act: (failure: unknown) => Promise<void>): void
  /** The job is over. */
  end(failure: unknown): Promise<void>
  /** What a receipt holds of the run. */
  conclude(): Pick<Receipt, 'startedAt' | 'finishedAt' | 'durations' | 'warnings' | 'kindling'>
}

/** Milliseconds between two progress events. */
const reportInterval = 200
/** The same while nothing goes on. */
const pauseInterval = 1000

export function startJobRun(
  ports: Pick<Ports, 'now' | 'version'>,
  emit: (event: JobEvent) => void,
  signal: AbortSignal,
): JobRun {
  const startedAt = ports.now()
  const durations: Record<string, number> = {}
  const warnings: Receipt['warnings'] = []
  const atEnd: ((failure: unknown) => Promise<void>)[] = []
  let current: {
    phase: Phase
    since: number
    meter: ProgressMeter
    limit: () => Limit | null
    reportedAt: number
    /** All bytes so far are in a report. */
    isTold: boolean
  } | null = null

  /** Tells the last bytes before a pause, then that it lasts: the rate falls, and what is waited for may be another part. */
  let trailing: NodeJS.Timeout | undefined

  function reportIn(milliseconds: number) {
    clearTimeout(trailing)
    trailing = setTimeout(() => report(ports.now()), milliseconds).unref()
  }

  function report(now: number) {
    if (current === null) return
    reportIn(pauseInterval)
    current.reportedAt = now
    current.isTold = true
    emit({ event: 'progress', phase: current.phase, ...current.meter.read(now), limit: current.limit() })
  }

  function leave(now: number) {
    if (current === null) return
    report(now)
    clearTimeout(trailing)
    durations[current.phase] = (durations[current.phase] ?? 0) + (now - current.since)
    current = null
  }

  return {
    signal,
    enter(phase, total = null) {
      const now = ports.now()
      leave(now)
      emit({ event: 'phase', phase })
      const meter = createProgressMeter(total, now)
      current = { phase, since: now, meter, limit: () => null, reportedAt: now, isTold: true }
    },
    advance(bytes) {
      if (current === null) return
      const now = ports.now()
      current.meter.advance(bytes, now)
      const wasTold = current.isTold
      current.isTold = false
      if (now - current.reportedAt >= reportInterval) report(now)
      else if (wasTold) reportIn(reportInterval)
    },
    limitedBy(limit) {
      if (current) current.limit = limit
    },
    earn: (proof, statement, details = {}) =>
      emit({ event: 'proof', proof, statement: plain(statement), details: plainDetails(details) }),
    warn(code, words, details = {}) {
      const warning = { code, message: plain(words), details: plainDetails(details) }
      warnings.push(warning)
      emit({ event: 'warning', ...warning })
    },
    atEnd: (act) => void atEnd.push(act),
    async end(failure) {
      clearTimeout(trailing)
      current = null
      for (let act = atEnd.pop(); act !== undefined; act = atEnd.pop()) await act(failure).catch(() => undefined)
    },
    conclude() {
      const now = ports.now()
      leave(now)
      return {
        kindling: ports.version,
        startedAt: new Date(startedAt).toISOString(),
        finishedAt: new Date(now).toISOString(),
        durations,
        warnings,
      }
    },
  }
}
