import { z } from 'zod'
import { driveIdentity } from '../../src-shared/drive.ts'
import { failureCatalog, type FailureCode } from '../../src-shared/failure-catalog.ts'
import { KindlingError, reasonOf, type FailureDetails } from '../../src-shared/failure.ts'

/** Of what is said below. Engine and helper are one program; a helper of another version is not spoken to. */
export const protocolVersion = 1
/** Bytes that follow a message, at most: more than any job writes or reads at once. */
export const mostBytes = 16 * 1024 * 1024

const id = z.number().int().min(0)
const offset = z.number().int().min(0)

/** What the engine says: one drive to open, then what to do with it. Of `write` the bytes follow. */
export const order = z.discriminatedUnion('act', [
  z.strictObject({ act: z.literal('open'), id, identity: driveIdentity, mode: z.enum(['read', 'write']) }),
  z.strictObject({ act: z.literal('write'), id, offset }),
  z.strictObject({ act: z.literal('read'), id, offset, length: z.number().int().min(1).max(mostBytes) }),
  z.strictObject({ act: z.literal('flush'), id }),
  z.strictObject({ act: z.literal('reread'), id }),
  z.strictObject({ act: z.literal('eject'), id }),
  /** Leaves the drive as it is. A helper whose engine goes without this clears the ends of what it has written to. */
  z.strictObject({ act: z.literal('close'), id }),
])
export type Order = z.infer<typeof order>

const opened = z.object({
  size: z.number(),
  sectorSize: z.number(),
  alignment: z.number(),
  pastCache: z.boolean(),
})
export type Opened = z.infer<typeof opened>

const details = z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null(), z.array(z.string())]))

/** What the helper answers; of `read` the bytes follow. */
export const reply = z.union([
  z.strictObject({ id, opened }),
  z.strictObject({ id, warning: z.string().nullable() }),
  z.strictObject({ id, failed: z.object({ code: z.string(), details, reason: z.string().nullable() }) }),
])
export type Reply = z.infer<typeof reply>

export type Failed = Extract<Reply, { failed: unknown }>['failed']

/** An error as it crosses between the two. */
export function packError(error: unknown): Failed {
  if (!(error instanceof KindlingError)) return { code: 'internal', details: { reason: reasonOf(error) }, reason: null }
  const { code, details, cause } = error
  return { code, details, reason: cause === undefined ? null : reasonOf(cause) }
}

export function unpackError({ code, details, reason }: Failed): KindlingError {
  const cause = reason === null ? undefined : { cause: new Error(reason) }
  if (!Object.hasOwn(failureCatalog, code)) return new KindlingError('internal', { reason: code }, cause)
  return new KindlingError(code as FailureCode, details as FailureDetails, cause)
}
