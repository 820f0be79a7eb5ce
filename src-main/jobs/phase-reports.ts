import type { LeftEstimate } from '../../src-shared/estimate-left.ts'
import type { JobEvent, PartRates, Stage } from '../../src-shared/job.ts'
import type { Phase } from '../../src-shared/phase.ts'
import { createProgressMeter, type EtaHint, type ProgressMeter } from '../../src-shared/progress.ts'
import { meterParts, type Moved } from './meter-parts.ts'

/** Interval between two progress events, in milliseconds. */
const reportInterval = 200
/** The same interval during a pause. */
const pauseInterval = 1000

interface CurrentPhase {
  phase: Phase
  since: number
  meter: ProgressMeter
  limit: () => Stage | null
  readRates: ((now: number) => PartRates) | null
  reportedAt: number
  /** True if a report has included all bytes so far. */
  isTold: boolean
}

/** Measures the phases of a job, and emits their progress at regular intervals. */
export class PhaseReports {
  /** Milliseconds of each phase that ended. */
  readonly durations: Record<string, number> = {}
  readonly #now: () => number
  readonly #emit: (event: JobEvent) => void
  readonly #left: LeftEstimate
  #skipped = 0
  #current: CurrentPhase | null = null
  /**
   * Timer of the next report. It reports the last bytes before a pause, and then that the pause
   * continues: the rate falls, and the bottleneck may change.
   */
  #trailing: NodeJS.Timeout | undefined

  constructor(now: () => number, emit: (event: JobEvent) => void, left: LeftEstimate) {
    this.#now = now
    this.#emit = emit
    this.#left = left
  }

  /** As `JobRun.enter`. */
  enter(phase: Phase, total: number | null, outlook: EtaHint): void {
    const now = this.#now()
    this.leave(now)
    this.#emit({ event: 'phase', phase })
    const meter = createProgressMeter(total, now, outlook, this.#left)
    this.#current = { phase, since: now, meter, limit: () => null, readRates: null, reportedAt: now, isTold: true }
  }

  /** As `JobRun.advance`. */
  advance(bytes: number, skipped: number): void {
    const current = this.#current
    if (current === null) return
    this.#skipped += skipped
    const now = this.#now()
    current.meter.advance(bytes, now)
    const wasTold = current.isTold
    current.isTold = false
    if (now - current.reportedAt >= reportInterval) this.#report(now)
    else if (wasTold) this.#reportIn(reportInterval)
  }

  /** As `JobRun.setBottleneck`. */
  setBottleneck(limit: () => Stage | null, moved?: () => Moved): void {
    if (this.#current === null) return
    this.#current.limit = limit
    this.#current.readRates = moved ? meterParts(moved, this.#now()) : null
  }

  /** Ends the phase with a last report. */
  leave(now: number): void {
    if (this.#current === null) return
    this.#report(now)
    const { phase, since } = this.#current
    this.durations[phase] = (this.durations[phase] ?? 0) + (now - since)
    this.stop()
  }

  /** Ends the phase without a report. */
  stop(): void {
    clearTimeout(this.#trailing)
    this.#current = null
  }

  #reportIn(milliseconds: number) {
    clearTimeout(this.#trailing)
    this.#trailing = setTimeout(() => this.#report(this.#now()), milliseconds).unref()
  }

  #report(now: number) {
    const current = this.#current
    if (current === null) return
    this.#reportIn(pauseInterval)
    current.reportedAt = now
    current.isTold = true
    const { phase, meter, readRates } = current
    const limit = current.limit()
    const progress = meter.read(now)
    const rates = readRates?.(now) ?? (limit === null ? {} : { [limit]: progress.rate })
    this.#emit({ event: 'progress', phase, ...progress, limit, rates, skipped: this.#skipped })
  }
}
