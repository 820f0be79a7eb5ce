import type { FailureCode } from '../../../../src-shared/failure-catalog.ts'
import type { FailureText } from '../../failure-text.ts'
import { failuresOfDrives } from './drives.ts'
import { failuresOfProofs } from './proofs.ts'
import { failuresOfSources } from './sources.ts'
import { failuresOfUpdates } from './updates.ts'

/** What src-shared/failure-catalog.ts says in English, and the command line too. */
export const failures: Record<FailureCode, FailureText> = {
  ...failuresOfSources,
  ...failuresOfProofs,
  ...failuresOfDrives,
  ...failuresOfUpdates,
}
