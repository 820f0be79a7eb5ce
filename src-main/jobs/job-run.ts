import { createLeftEstimate } from '../../src-shared/estimate-left.ts'
import { plainDetails } from '../../src-shared/failure.ts'
import type { JobEvent, Stage, PartRates } from '../../src-shared/job.ts'
import { plain } from '../../src-shared/plain.ts'
import type { Phase } from '../../src-shared/phase.ts'
import { createProgressMeter, type EtaHint, type ProgressMeter } from '../../src-shared/progress.ts'
import { createRateMeter, type RateMeter } from '../../src-shared/rate-meter.ts'
import type { Receipt } from '../../src-shared/receipt.ts'
import { describeProof, type Earn } from '../../src-shared/statements.ts'
import { describeWarning, type Warn } from '../../src-shared/warnings.ts'
import type { Ports } from '../ports.ts'

/** Number of bytes that each part of the pipeline has passed on, counted from any fixed time. */
export type Moved = Partial<Record<Stage, number>>

/** Events and measurements of a running job: phases, progress, warnings. */
export interface JobRun {
  readonly signal: AbortSignal
  /**
   * Starts a phase.
   * @param total – size of the phase in bytes; null if unknown
   * @param outlook – hints on the time of the phase and of the time after it
   */
  enter(phase: Phase, total?: number | null, outlook?: EtaHint): void
  /**
   * Adds to the progress of the phase.
   * @param bytes – number of bytes done since the last call
   * @param skipped – number of these that were not written, because they seem to be on the drive
   */
  advance(bytes: number, skipped?: number): void
  /**
   * Sets the function that returns the bottleneck of the phase.
   * @param moved – bytes of each part, if the phase's bytes are not simply those of the bottleneck
   */
  setBottleneck(limit: () => Stage | null, moved?: () => Moved): void
  earn: Earn
  warn: Warn
  /**
   * Registers an action for the end of the job. It receives the failure of the job, or null. The
   * last one registered runs first.
   */
  atEnd(act: (failure: unknown) => Promise<void>): void
  /** Ends the job and runs the registered actions. */
  end(failure: unknown): Promise<void>
  /** Returns the part of a receipt that describes the run. */
  conclude(): Pick<Receipt, 'startedAt' | 'finishedAt' | 'durations' | 'warnings' | 'kindling'>
}

/** Interval between two progress events, in milliseconds. */
const reportInterval = 200
/** The same interval during a pause. */
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
    limit: () => Stage | null
    readRates: ((now: number) => PartRates) | null
    reportedAt: number
    /** True if a report has included all bytes so far. */
    isTold: boolean
  } | null = null

  /**
   * Timer of the next report. It reports the last bytes before a pause, and then that the pause
   * continues: the rate falls, and the bottleneck may change.
   */
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
    setBottleneck(limit, moved) {
      if (current === null) return
      current.limit = limit
      current.readRates = moved ? meterParts(moved, ports.now()) : null
    },
    earn(proof, ...[facts]) {
      const details = plainDetails(facts ?? {})
      emit({ event: 'proof', proof, statement: plain(describeProof(proof, details)), details })
    },
    warn(code, ...values) {
      const warning = { code, message: plain(describeWarning(code, ...values)), details: plainDetails(values[0] ?? {}) }
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

/**
 * Measures the rate of each part between two calls.
 * @param startedAt – start time in milliseconds
 */
function meterParts(moved: () => Moved, startedAt: number): (now: number) => PartRates {
  const parts = new Map<string, { meter: RateMeter; bytes: number }>()
  const bytesBefore = moved()
  return (now) => {
    const rates = Object.entries(moved()).map(([name, bytes]) => {
      const part = parts.get(name) ?? {
        meter: createRateMeter(startedAt),
        bytes: bytesBefore[name as Stage] ?? 0,
      }
      parts.set(name, part)
      // When the image is read again, its bytes are counted from 0 again.
      if (bytes !== part.bytes) part.meter.advance(Math.max(0, bytes - part.bytes), now)
      part.bytes = bytes
      return [name, part.meter.read(now)]
    })
    return Object.fromEntries(rates) as PartRates
  }
}
