import { z } from 'zod'
import { say } from '../../src-shared/phrases.ts'
import { holdsPassword } from '../net/http.ts'
import { plainText } from './plain-text.ts'

/** Bytes. The published files have about 60 KB. */
export const maxStreamBytes = 4 * 1024 * 1024

/** Levels of a cloud image's description. The published ones have three; the limit keeps recursive readers of it safe. */
const maxImageLevels = 32

const name = plainText(200)

const sha256 = z
  .string()
  .regex(/^[0-9a-f]{64}$/i, say('no-sha256'))
  .toLowerCase()

const webAddress = plainText(4096)
  .refine((text) => /^https?:\/\/\S+$/i.test(text) && URL.canParse(text), say('no-http-address'))
  .refine((text) => !URL.canParse(text) || !holdsPassword(new URL(text)), say('address-holds-user'))

/**
 * An object whose keys are names that the publisher chose. It becomes a Map, since `z.record` drops the key
 * `__proto__`, and plain objects treat it as more than a name.
 */
const named = <T extends z.ZodType>(value: T) => z.preprocess(toMap, z.map(name, value))

const toMap = (value: unknown) =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? new Map(Object.entries(value)) : value

const artifactFile = z.object({
  location: webAddress,
  signature: webAddress.nullish(),
  sha256,
  'uncompressed-sha256': sha256.nullish(),
})

const platform = z.object({ release: name, formats: named(named(artifactFile)) })

const cloudImage = z.unknown().refine((image) => nestsWithin(image, maxImageLevels), {
  error: say('too-many-levels', { most: maxImageLevels }),
})

const nestsWithin = (value: unknown, levels: number): boolean =>
  typeof value !== 'object' ||
  value === null ||
  (levels > 0 && Object.values(value).every((inner) => nestsWithin(inner, levels - 1)))

/**
 * Stream metadata as Fedora publishes it. What is required is what every published version has and both models require
 * (coreos/stream-metadata-go, coreos/stream-metadata-rust); fields that Kindling does not know are left alone.
 */
export const streamFile = z.object({
  stream: name.nullish().catch(null),
  metadata: z.object({ 'last-modified': z.iso.datetime({ offset: true }).max(64).nullish() }).nullish(),
  architectures: named(z.object({ artifacts: named(platform), images: named(cloudImage).nullish() })),
})
