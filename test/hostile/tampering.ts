import type { DriveState } from '../../src-shared/drive-state.ts'
import type { FailureCode } from '../../src-shared/failure-catalog.ts'
import type { FailureDetails } from '../../src-shared/failure.ts'
import type { Need } from '../support/needs.ts'
import type { HostileWorld } from './hostile-world.ts'

/** One row of the table: something that a server, a file or a drive says, and what must come of it. */
export interface Tampering {
  /** What is hostile, and how. */
  what: string
  /** Makes it, and lets Kindling meet it. Where it is harmless, it holds what was made of it to that itself. */
  meet(world: HostileWorld): Promise<unknown>
  /** The code of the failure; null where it does no harm. */
  code: FailureCode | null
  details?: FailureDetails
  /** What must not stand in the failure, whatever else does. */
  secret?: string
  /** What a write job says of the drive, which is then held to it; left out where no job runs. */
  state?: DriveState
  /** Its needs of the machine. */
  needs?: Need[]
}
