import type { Failure } from '../../src-shared/failure.ts'
import type { Identification } from '../../src-shared/identification.ts'
import type { JobEvent, Stage, PartRates, Proof } from '../../src-shared/job.ts'
import { phases, type Phase } from '../../src-shared/phase.ts'
import type { Receipt, Warning } from '../../src-shared/receipt.ts'
import type { Restoration } from '../../src-shared/restoration.ts'
import type { Earned } from '../words/describe-statement.ts'
import { addRates, noRates, type RateHistory } from './rate-history.ts'

/** All state that a job has reported so far. */
export interface JobView {
  phase: Phase | null
  /** The phases so far, in order of arrival. */
  seen: Phase[]
  /** Progress of the current phase, in bytes. The total is null while unknown. */
  bytes: number
  total: number | null
  /** Completed fraction of the current phase, 0 to 1; 0 while its total is unknown. */
  done: number
  /** Current rate, in bytes per second; null before the first measurement of the phase. */
  rate: number | null
  /** Estimated time left, in seconds; null while unknown. */
  eta: number | null
  limit: Stage | null
  /** Current rate of each part of the phase. */
  rates: PartRates
  history: RateHistory
  /** Time of the first measurement, in milliseconds. */
  measuredFrom: number | null
  /**
   * Bytes of the image that need not be written, because the drive already seems to contain them.
   */
  skipped: number
  proofs: Partial<Record<Proof, Earned>>
  warnings: Warning[]
  receipt: Receipt | null
  /** The result of an identify job, which has no receipt. */
  identification: Identification | null
  /** The result of a restore job, whose receipt has a form of its own. */
  restoration: Restoration | null
  failure: Failure | null
}

export const noEvents: JobView = {
  phase: null,
  seen: [],
  bytes: 0,
  total: null,
  done: 0,
  rate: null,
  eta: null,
  limit: null,
  rates: {},
  history: noRates,
  measuredFrom: null,
  skipped: 0,
  proofs: {},
  warnings: [],
  receipt: null,
  identification: null,
  restoration: null,
  failure: null,
}

const fresh = { bytes: 0, total: null, done: 0, rate: null, eta: null, limit: null, rates: {} }

/**
 * Returns the view after an event. The bytes of a phase and its completed fraction never decrease.
 * @param now – current time, in milliseconds
 */
export function advance(view: JobView, event: JobEvent, now = performance.now()): JobView {
  switch (event.event) {
    case 'phase':
      return view.phase === event.phase
        ? view
        : { ...view, ...fresh, phase: event.phase, seen: [...view.seen, event.phase] }
    case 'progress': {
      if (event.phase !== view.phase) return view
      const { total, rate, eta, limit, rates, skipped } = event
      const bytes = Math.max(view.bytes, event.bytes)
      const isMeasured = Object.keys(rates).length > 0
      const measuredFrom = view.measuredFrom ?? (isMeasured ? now : null)
      const history = isMeasured ? addRates(view.history, rates, (now - measuredFrom!) / 1000) : view.history
      const done = Math.max(view.done, total ? Math.min(1, bytes / total) : 0)
      return { ...view, bytes, total, done, rate, eta, limit, rates, skipped, history, measuredFrom }
    }
    case 'proof': {
      const { proof, statement, details } = event
      return { ...view, proofs: { ...view.proofs, [proof]: { statement, details } } }
    }
    case 'warning': {
      const { event: _, ...warning } = event
      return { ...view, warnings: [...view.warnings, warning] }
    }
    case 'done': {
      if (event.receipt !== null) return { ...view, receipt: event.receipt }
      const { event: _, receipt: __, ...result } = event
      return result.job === 'identify' ? { ...view, identification: result } : { ...view, restoration: result }
    }
    case 'failed': {
      const { event: _, ...failure } = event
      return { ...view, failure }
    }
  }
}

export interface Step {
  phase: Phase
  state: 'passed' | 'current' | 'ahead'
  /** Completed fraction of the phase, 0 to 1. */
  done: number
}

/** Returns the expected phases and the phases seen, in the order in which jobs run them. */
export function stepsOf(view: JobView, expected: readonly Phase[]): Step[] {
  const current = view.phase === null ? -1 : phases.indexOf(view.phase)
  return phases
    .filter((phase) => expected.includes(phase) || view.seen.includes(phase))
    .map((phase) => {
      const place = phases.indexOf(phase)
      if (view.receipt || view.identification || view.restoration || place < current)
        return { phase, state: 'passed', done: 1 }
      if (place > current) return { phase, state: 'ahead', done: 0 }
      return { phase, state: 'current', done: view.done }
    })
}
