import type { Failure } from '../../src-shared/failure.ts'
import type { JobEvent, Limit, Proof } from '../../src-shared/job.ts'
import { phases, type Phase } from '../../src-shared/phase.ts'
import type { Receipt, Warning } from '../../src-shared/receipt.ts'
import type { Earned } from '../words/word-statement.ts'

/** A measured rate at a place of its phase. */
export interface Sample {
  phase: Phase
  /** 0 to 1; null when the phase has no known total. */
  at: number | null
  /** Bytes per second. */
  rate: number
}

/** All that a job has told so far. */
export interface JobView {
  phase: Phase | null
  /** In the order in which they came. */
  seen: Phase[]
  /** Of the current phase, in bytes; total null while nobody knows. */
  bytes: number
  total: number | null
  /** Bytes per second; null before the first measurement of the phase. */
  rate: number | null
  /** Seconds; null while nobody knows. */
  eta: number | null
  limit: Limit | null
  samples: Sample[]
  proofs: Partial<Record<Proof, Earned>>
  warnings: Warning[]
  receipt: Receipt | null
  failure: Failure | null
}

export const noEvents: JobView = {
  phase: null,
  seen: [],
  bytes: 0,
  total: null,
  rate: null,
  eta: null,
  limit: null,
  samples: [],
  proofs: {},
  warnings: [],
  receipt: null,
  failure: null,
}

const fresh = { bytes: 0, total: null, rate: null, eta: null, limit: null }

/** What is known after one more event. Bytes of a phase never go back. */
export function advance(view: JobView, event: JobEvent): JobView {
  switch (event.event) {
    case 'phase':
      return view.phase === event.phase
        ? view
        : { ...view, ...fresh, phase: event.phase, seen: [...view.seen, event.phase] }
    case 'progress': {
      if (event.phase !== view.phase) return view
      const { total, rate, eta, limit } = event
      const bytes = Math.max(view.bytes, event.bytes)
      const sample = { phase: event.phase, at: total ? Math.min(1, bytes / total) : null, rate }
      return { ...view, bytes, total, rate, eta, limit, samples: rate > 0 ? [...view.samples, sample] : view.samples }
    }
    case 'proof': {
      const { proof, statement, details } = event
      return { ...view, proofs: { ...view.proofs, [proof]: { statement, details } } }
    }
    case 'warning': {
      const { event: _, ...warning } = event
      return { ...view, warnings: [...view.warnings, warning] }
    }
    case 'done':
      return { ...view, receipt: event.receipt }
    case 'failed': {
      const { event: _, ...failure } = event
      return { ...view, failure }
    }
  }
}

export interface Step {
  phase: Phase
  state: 'passed' | 'current' | 'ahead'
  /** 0 to 1: how much of it is done. */
  done: number
}

/** The phases as a path: those that are expected and those that came, in the order in which jobs pass them. */
export function stepsOf(view: JobView, expected: readonly Phase[]): Step[] {
  const current = view.phase === null ? -1 : phases.indexOf(view.phase)
  return phases
    .filter((phase) => expected.includes(phase) || view.seen.includes(phase))
    .map((phase) => {
      const place = phases.indexOf(phase)
      if (view.receipt || place < current) return { phase, state: 'passed', done: 1 }
      if (place > current) return { phase, state: 'ahead', done: 0 }
      return { phase, state: 'current', done: view.total ? Math.min(1, view.bytes / view.total) : 0 }
    })
}
