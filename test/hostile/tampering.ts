import type { DriveState } from '../../src-shared/drive-state.ts'
import type { FailureCode } from '../../src-shared/failure-catalog.ts'
import type { FailureDetails } from '../../src-shared/failure.ts'
import type { Need } from '../support/run/needs.ts'
import type { HostileWorld } from './hostile-world.ts'

/**
 * One row of the table: hostile input from a server, a file or a drive, and its required outcome.
 */
export interface Tampering {
  /** Description of the hostile input. */
  what: string
  /**
   * Creates the input and runs Kindling on it. If the input is harmless, this function checks the
   * outcome itself.
   */
  meet(world: HostileWorld): Promise<unknown>
  /** Code of the failure; null if the input does no harm. */
  code: FailureCode | null
  details?: FailureDetails
  /** Text that must not appear in the failure. */
  secret?: string
  /**
   * The drive state that a write job must report, and that the drive is then checked against.
   * Undefined if no job runs.
   */
  state?: DriveState
  /** Capabilities of the machine that the row needs. */
  needs?: Need[]
}
