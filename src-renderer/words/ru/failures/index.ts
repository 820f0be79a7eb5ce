import type { FailureCode } from '../../../../src-shared/failure-catalog.ts'
import type { FailureText } from '../../failure-text.ts'
import { failuresOfDrives } from './drives.ts'
import { failuresOfFirstBoot } from './first-boot.ts'
import { failuresOfProofs } from './proofs.ts'
import { failuresOfSources } from './sources.ts'
import { failuresOfUpdates } from './updates.ts'

/**
 * Russian texts of src-shared/failure-catalog.ts, whose English texts the command line uses too.
 */
export const failures: Record<FailureCode, FailureText> = {
  ...failuresOfSources,
  ...failuresOfProofs,
  ...failuresOfDrives,
  ...failuresOfFirstBoot,
  ...failuresOfUpdates,
}
