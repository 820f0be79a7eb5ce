import { z } from 'zod'
import { say, toMessage } from '../../src-shared/phrases.ts'
import { holdsPassword } from '../net/http.ts'
import { plainText } from './plain-text.ts'

/** Maximum size of a metadata file, in bytes. The published files have about 60 KB. */
export const maxStreamBytes = 4 * 1024 * 1024

/**
 * Maximum nesting of a cloud image's description. The published ones have three levels. The limit
 * protects recursive readers.
 */
const maxImageLevels = 32

export const name = plainText(200)

const sha256 = z
  .string()
  .regex(/^[0-9a-f]{64}$/i, toMessage(say('no-sha256')))
  .toLowerCase()

export const webAddress = plainText(4096)
  .refine((text) => /^https?:\/\/\S+$/i.test(text) && URL.canParse(text), toMessage(say('no-http-address')))
  .refine((text) => !URL.canParse(text) || !holdsPassword(new URL(text)), toMessage(say('address-holds-user')))

/**
 * Schema of an object whose keys are chosen by the publisher. The result is a Map: `z.record` drops
 * the key `__proto__`, and plain objects give it a special meaning.
 */
export const named = <T extends z.ZodType>(value: T) => z.preprocess(toMap, z.map(name, value))

const toMap = (value: unknown) =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? new Map(Object.entries(value)) : value

export const artifactFile = z.object({
  location: webAddress,
  signature: webAddress.nullish(),
  sha256,
  'uncompressed-sha256': sha256.nullish(),
})

const platform = z.object({ release: name, formats: named(named(artifactFile)) })

export const cloudImage = z.unknown().refine((image) => nestsWithin(image, maxImageLevels), {
  error: toMessage(say('too-many-levels', { most: maxImageLevels })),
})

const nestsWithin = (value: unknown, levels: number): boolean =>
  typeof value !== 'object' ||
  value === null ||
  (levels > 0 && Object.values(value).every((inner) => nestsWithin(inner, levels - 1)))

/** Schema of the date of a metadata file. */
export const dated = z.object({ 'last-modified': z.iso.datetime({ offset: true }).max(64).nullish() }).nullish()

/**
 * Schema of Fedora's stream metadata. A field is required if every published version has it and
 * both models require it (coreos/stream-metadata-go, coreos/stream-metadata-rust). Unknown fields
 * are ignored.
 */
export const streamFile = z.object({
  stream: name.nullish().catch(null),
  metadata: dated,
  architectures: named(z.object({ artifacts: named(platform), images: named(cloudImage).nullish() })),
})
