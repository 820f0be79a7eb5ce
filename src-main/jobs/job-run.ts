import { createLeftEstimate } from '../../src-shared/estimate-left.ts'
import { plainDetails } from '../../src-shared/failure.ts'
import type { JobEvent, Stage } from '../../src-shared/job.ts'
import { plain } from '../../src-shared/plain.ts'
import type { Phase } from '../../src-shared/phase.ts'
import type { EtaHint } from '../../src-shared/progress.ts'
import type { Receipt } from '../../src-shared/receipt.ts'
import { describeProof, type Earn } from '../../src-shared/statements.ts'
import { describeWarning, type Warn } from '../../src-shared/warnings.ts'
import type { Ports } from '../ports.ts'
import type { Moved } from './meter-parts.ts'
import { PhaseReports } from './phase-reports.ts'

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

export function startJobRun(
  ports: Pick<Ports, 'now' | 'version'>,
  emit: (event: JobEvent) => void,
  signal: AbortSignal,
): JobRun {
  const startedAt = ports.now()
  const warnings: Receipt['warnings'] = []
  const phases = new PhaseReports(() => ports.now(), emit, createLeftEstimate(startedAt))
  const atEnd: ((failure: unknown) => Promise<void>)[] = []

  return {
    signal,
    enter: (phase, total = null, outlook = {}) => phases.enter(phase, total, outlook),
    advance: (bytes, skipped = 0) => phases.advance(bytes, skipped),
    setBottleneck: (limit, moved) => phases.setBottleneck(limit, moved),
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
      phases.stop()
      for (let act = atEnd.pop(); act !== undefined; act = atEnd.pop()) await act(failure).catch(() => undefined)
    },
    conclude() {
      const now = ports.now()
      phases.leave(now)
      return {
        kindling: ports.version,
        startedAt: new Date(startedAt).toISOString(),
        finishedAt: new Date(now).toISOString(),
        durations: phases.durations,
        warnings,
      }
    },
  }
}
