import { z } from 'zod'
import { driveIdentity } from '../../src-shared/drive.ts'
import { failureCatalog, type FailureCode } from '../../src-shared/failure-catalog.ts'
import { KindlingError, reasonOf } from '../../src-shared/failure.ts'
import { failureDetails, said } from '../../src-shared/failure-schemas.ts'
import { isDeviceName } from './device-name.ts'
import { slotCount, slotSize } from './shared-slots.ts'
import { isPhrase, PhraseError } from '../../src-shared/phrases.ts'

/**
 * Version of the protocol below. Engine and helper are the same program; a helper of another
 * version is rejected.
 */
export const protocolVersion = 2

const id = z.number().int().min(0)
/** A transfer between a slot and the drive. `offset` on the drive and `length` are in bytes. */
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
 * The identity of a block device. Orders have no other kind of drive: the engine opens disk-image
 * files itself.
 */
const blockIdentity = z
  .strictObject({ ...driveIdentity.shape, device: z.string().refine((name) => isDeviceName(name)) })
  .omit({ kind: true })
export type BlockIdentity = z.infer<typeof blockIdentity>

/** Orders of the engine: it opens one drive, then uses it. */
export const order = z.discriminatedUnion('act', [
  z.strictObject({ act: z.literal('open'), id, identity: blockIdentity, mode: z.enum(['read', 'write']) }),
  z.strictObject({ act: z.literal('write'), ...move }),
  z.strictObject({ act: z.literal('read'), ...move }),
  z.strictObject({ act: z.literal('flush'), id }),
  z.strictObject({ act: z.literal('reread'), id }),
  z.strictObject({ act: z.literal('eject'), id }),
  /**
   * Closes the drive and leaves it as it is. If the engine ends without this order, the helper
   * clears the ends of a drive that it has written to.
   */
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

/** Replies of the helper. */
export const reply = z.union([
  z.strictObject({ id, opened }),
  z.strictObject({ id, warning: said.nullable() }),
  z.strictObject({ id, failed: z.object({ code: z.string(), details: failureDetails, reason: said.nullable() }) }),
])
export type Reply = z.infer<typeof reply>

export type Failed = Extract<Reply, { failed: unknown }>['failed']

/** Converts an error for sending it to the engine. */
export function packError(error: unknown): Failed {
  if (!(error instanceof KindlingError)) return { code: 'internal', details: { reason: reasonOf(error) }, reason: null }
  const { code, details, cause } = error
  return { code, details, reason: cause === undefined ? null : reasonOf(cause) }
}

export function unpackError({ code, details, reason }: Failed): KindlingError {
  const cause = reason === null ? undefined : { cause: isPhrase(reason) ? new PhraseError(reason) : new Error(reason) }
  if (!Object.hasOwn(failureCatalog, code)) return new KindlingError('internal', { reason: code }, cause)
  return KindlingError.revive({ code: code as FailureCode, details }, cause)
}
