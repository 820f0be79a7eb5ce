import type { Stage } from '../../src-shared/job.ts'
import type { EtaHint } from '../../src-shared/progress.ts'
import type { Earn } from '../../src-shared/statements.ts'
import type { Warn } from '../../src-shared/warnings.ts'

/** Events of reading an image, which a job reports. */
export interface ReadingEvents {
  readonly signal: AbortSignal
  /**
   * Starts a phase in which bytes are read again to prove them.
   * @param total – size of the phase in bytes; null if unknown
   */
  enter(phase: 'prove', total: number | null, outlook: EtaHint): void
  /** @param bytes – number of bytes read since the last call */
  advance(bytes: number): void
  setBottleneck(limit: () => Stage): void
  earn: Earn
  warn: Warn
  /** Registers an action for the end of the job. It receives the failure of the job, or null. */
  atEnd(act: (failure: unknown) => Promise<void>): void
}
