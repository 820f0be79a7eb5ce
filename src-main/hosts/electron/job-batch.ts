import type { JobEvent } from '../../../src-shared/job.ts'
import type { Phase } from '../../../src-shared/phase.ts'

export type JobEnd = Extract<JobEvent, { event: 'done' | 'failed' }>

interface Job {
  /** Fraction done, 0 to 1, never decreasing. */
  done: number
  /** Whether the duration of the phase is unknown. */
  endless: boolean
  phase: Phase | null
  /** Value of `done` when the phase began. */
  from: number
  ending: JobEnd | null
}

/** Fraction of a job that is done when each long phase ends. A later phase never lowers it. */
const ends: Partial<Record<Phase, number>> = { prove: 0.1, write: 0.6, download: 1, 'read-back': 1 }

/**
 * Progress of jobs that overlap in time, taken together: from the start of the first to the end of
 * the last.
 */
export class JobBatch {
  readonly #jobs = new Map<string, Job>()

  accept(id: string, event: JobEvent): void {
    const job = this.#jobs.get(id) ?? { done: 0, endless: true, phase: null, from: 0, ending: null }
    this.#jobs.set(id, job)
    if (event.event === 'phase' && event.phase !== job.phase) {
      job.phase = event.phase
      job.from = job.done
    } else if (event.event === 'progress') {
      const end = ends[event.phase]
      if (end === undefined || end <= job.from) return
      job.endless = !event.total
      const part = event.total ? Math.min(1, event.bytes / event.total) : 0
      job.done = Math.max(job.done, job.from + (end - job.from) * part)
    } else if (event.event === 'done' || event.event === 'failed') {
      job.ending = event
      job.done = 1
    }
  }

  get running(): number {
    return this.#all.filter(({ ending }) => ending === null).length
  }
  /** Fraction done of all jobs together, 0 to 1; null while unknown. */
  get done(): number | null {
    const going = this.#all.filter(({ ending }) => ending === null)
    if (going.length > 0 && going.every(({ endless }) => endless)) return null
    return this.#all.reduce((sum, { done }) => sum + done, 0) / this.#all.length
  }
  /** Last events of the jobs that have ended. */
  get endings(): JobEnd[] {
    return this.#all.flatMap(({ ending }) => ending ?? [])
  }
  /** Whether a job failed, other than by being stopped. */
  get failed(): boolean {
    return this.endings.some((ending) => ending.event === 'failed' && ending.code !== 'interrupted')
  }

  get #all(): Job[] {
    return [...this.#jobs.values()]
  }
}
