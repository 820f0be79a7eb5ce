import { z } from 'zod'
import { driveIdentity } from '../../src-shared/drive.ts'
import { failureCatalog, type FailureCode } from '../../src-shared/failure-catalog.ts'
import { KindlingError, reasonOf, type FailureDetails } from '../../src-shared/failure.ts'
import { isDeviceName } from './device-name.ts'
import { slotCount, slotSize } from './shared-slots.ts'

/** Of what is said below. Engine and helper are one program; a helper of another version is not spoken to. */
export const protocolVersion = 2

const id = z.number().int().min(0)
/** Bytes of a slot, and where on the drive they come from or go to. */
const move = {
  id,
  slot: z
    .number()
    .int()
    .min(0)
    .max(slotCount - 1),
  offset: z.number().int().min(0),
  length: z.number().int().min(1).max(slotSize),
}

/**
 * The identity of a block device. An order has no other kind of drive: a disk-image file is opened
 * by the engine itself.
 */
const blockIdentity = z
  .strictObject({ ...driveIdentity.shape, device: z.string().refine((name) => isDeviceName(name)) })
  .omit({ kind: true })
export type BlockIdentity = z.infer<typeof blockIdentity>

/** What the engine says: one drive to open, then what to do with it. */
export const order = z.discriminatedUnion('act', [
  z.strictObject({ act: z.literal('open'), id, identity: blockIdentity, mode: z.enum(['read', 'write']) }),
  z.strictObject({ act: z.literal('write'), ...move }),
  z.strictObject({ act: z.literal('read'), ...move }),
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

/** What the helper answers. */
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
