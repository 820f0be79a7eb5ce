import { failuresOfDrives } from './failures/drives.ts'
import type { FailureWords } from './failures/failure-words.ts'
import { failuresOfProofs } from './failures/proofs.ts'
import { failuresOfSources } from './failures/sources.ts'
import { failuresOfUpdates } from './failures/updates.ts'

/**
 * Catalog of Kindling's failures: for each, its stable code, the exit code of the process, a
 * description and advice.
 *
 * Exit codes:
 * - 1: the job failed
 * - 2: usage
 * - 3: refused by a rule about the drive or the kind of image
 * - 4: a proof failed
 * - 130: interrupted
 */
const failures = { ...failuresOfSources, ...failuresOfProofs, ...failuresOfDrives, ...failuresOfUpdates }

export type FailureCode = keyof typeof failures
export const failureCatalog: Record<FailureCode, FailureWords> = failures
