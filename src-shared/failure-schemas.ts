import { z } from 'zod'
import type { FailureDetails } from './failure.ts'
import { revivePhrase, type Phrase } from './phrases.ts'

// Apart from `failure.ts`: decoder threads load that file and need no zod.

/** Schema of a phrase that was sent as data. */
export const phrase: z.ZodType<Phrase> = z
  .object({ key: z.string(), values: z.lazy(() => failureDetails) })
  .transform(revivePhrase)
export const said = z.union([z.string(), phrase])

/** Schema of the details of a failure. */
export const failureDetails: z.ZodType<FailureDetails> = z.record(
  z.string(),
  z.union([said, z.number(), z.boolean(), z.null(), z.array(said)]),
)
