import { statements as ofCore } from '../../../src-shared/statements.ts'
import { warnings } from '../../../src-shared/warnings.ts'

/** Texts of proofs and warnings, as the core has them. */
export const statements = { statements: ofCore, warnings } as const
