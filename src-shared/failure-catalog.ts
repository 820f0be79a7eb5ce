import { failuresOfDrives } from './failures/drives.ts'
import type { FailureKind, FailureWords } from './failures/failure-words.ts'
import { failuresOfFirstBoot } from './failures/first-boot.ts'
import { failuresOfProofs } from './failures/proofs.ts'
import { failuresOfSources } from './failures/sources.ts'
import { failuresOfUpdates } from './failures/updates.ts'
import type { NamesIn } from './values-in.ts'

/** Catalog of Kindling's failures: for each, its stable code, kind, description and advice. */
const failures = {
  ...failuresOfSources,
  ...failuresOfProofs,
  ...failuresOfDrives,
  ...failuresOfFirstBoot,
  ...failuresOfUpdates,
}

export type FailureCode = keyof typeof failures
type Texts<Code extends FailureCode> = (typeof failures)[Code]
/** Names of the values that the texts of a failure contain, except those of its optional texts. */
export type NamesInFailure<Code extends FailureCode> = NamesIn<
  Texts<Code>[Exclude<keyof Texts<Code>, 'further' | 'windowFurther'>]
>
export const failureCatalog: Record<FailureCode, FailureWords> = failures

/** Exit codes of the command line (docs/reference.md, "Exit codes"). */
export const exitCodes = { failed: 1, usage: 2, refused: 3, proof: 4, interrupted: 130 } as const satisfies Record<
  FailureKind,
  number
>
