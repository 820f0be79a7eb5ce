import { createLeftEstimate } from '../../src-shared/estimate-left.ts'
import { plainDetails, type FailureDetails } from '../../src-shared/failure.ts'
import type { JobEvent, Limit, PartRates, Proof } from '../../src-shared/job.ts'
import { plain } from '../../src-shared/plain.ts'
import type { Phase } from '../../src-shared/phase.ts'
import { createProgressMeter, type Outlook, type ProgressMeter } from '../../src-shared/progress.ts'
import { createRateMeter, type RateMeter } from '../../src-shared/rate-meter.ts'
import type { Receipt } from '../../src-shared/receipt.ts'
import type { Ports } from '../ports.ts'

/** Bytes that parts have let through so far, since whenever. */
export type Moved = Partial<Record<Limit, number>>

/** What a job has said and measured so far: phases, progress, warnings. */
export interface JobRun {
  readonly signal: AbortSignal
  /** @param total bytes of the phase, null when nobody knows @param outlook what is known of its time, and of the time after it */
  enter(phase: Phase, total?: number | null, outlook?: Outlook): void
  /** Bytes that the phase has done since the last call. @param skipped of these, not written since they seem to be there */
  advance(bytes: number, skipped?: number): void
  /**
   * Says what limits the phase, when asked.
   * @param moved what each part has done, where the bytes of the phase are not simply those of the part that limits it
   */
  limitedBy(limit: () => Limit | null, moved?: () => Moved): void
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

/** A long phase follows of which nothing is known yet: what is left of this one alone would mislead. */
export const unforeseen: Outlook = { afterwards: () => null }

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
  const left = createLeftEstimate(startedAt)
  let skipped = 0
  const atEnd: ((failure: unknown) => Promise<void>)[] = []
  let current: {
    phase: Phase
    since: number
    meter: ProgressMeter
    limit: () => Limit | null
    readRates: ((now: number) => PartRates) | null
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
    const { phase, meter, readRates } = current
    const limit = current.limit()
    const progress = meter.read(now)
    const rates = readRates?.(now) ?? (limit === null ? {} : { [limit]: progress.rate })
    emit({ event: 'progress', phase, ...progress, limit, rates, skipped })
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
    enter(phase, total = null, outlook = {}) {
      const now = ports.now()
      leave(now)
      emit({ event: 'phase', phase })
      const meter = createProgressMeter(total, now, outlook, left)
      current = { phase, since: now, meter, limit: () => null, readRates: null, reportedAt: now, isTold: true }
    },
    advance(bytes, ofThemSkipped = 0) {
      if (current === null) return
      skipped += ofThemSkipped
      const now = ports.now()
      current.meter.advance(bytes, now)
      const wasTold = current.isTold
      current.isTold = false
      if (now - current.reportedAt >= reportInterval) report(now)
      else if (wasTold) reportIn(reportInterval)
    },
    limitedBy(limit, moved) {
      if (current === null) return
      current.limit = limit
      current.readRates = moved ? meterParts(moved, ports.now()) : null
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

/** Measures each part by what it has let through between two calls. @param startedAt milliseconds */
function meterParts(moved: () => Moved, startedAt: number): (now: number) => PartRates {
  const parts = new Map<string, { meter: RateMeter; bytes: number }>()
  const bytesBefore = moved()
  return (now) => {
    const rates = Object.entries(moved()).map(([name, bytes]) => {
      const part = parts.get(name) ?? {
        meter: createRateMeter(startedAt),
        bytes: bytesBefore[name as Limit] ?? 0,
      }
      parts.set(name, part)
      // An image that is read once more is counted from its start again.
      if (bytes !== part.bytes) part.meter.advance(Math.max(0, bytes - part.bytes), now)
      part.bytes = bytes
      return [name, part.meter.read(now)]
    })
    return Object.fromEntries(rates) as PartRates
  }
}
