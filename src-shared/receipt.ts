import { z } from 'zod'
import { driveIdentity } from './drive.ts'
import { driveState } from './drive-state.ts'
import { failureDetails } from './failure-schemas.ts'
import { firstBootDone } from './first-boot.ts'

const hash = z.object({
  actual: z.string(),
  /** Expected hash; null when there was none to compare with. */
  expected: z.string().nullable(),
  /** Source of the expected hash. */
  from: z.enum(['stream', 'person']).nullable(),
})

const warning = z.object({
  code: z.string(),
  message: z.string(),
  /** Values in the message, for translation. Receipts of older versions have none. */
  details: failureDetails.default({}),
})
export type Warning = z.infer<typeof warning>

/**
 * Proof of an image's origin. `signed-list`: a signed list of checksums contains the image's.
 * `none` occurs only with --insecure.
 */
const origin = z.enum(['signature', 'signed-list', 'sha256', 'none'])

const signature = z.object({
  fingerprint: z.string(),
  signer: z.string().nullable(),
  /** Date in ISO 8601, as the signature states it. */
  signedAt: z.string(),
  trustedBy: z.enum(['pinned', 'keyring']),
})

/**
 * Result of a finished job, in a form to store: the facts that it proved. All jobs share one shape;
 * fields that a job did not produce are null.
 */
export const receipt = z.object({
  kindling: z.string(),
  job: z.enum(['download', 'write', 'verify', 'save']),
  /** Start of the job, in ISO 8601. */
  startedAt: z.string(),
  finishedAt: z.string(),
  image: z.object({
    /** URL or absolute path from which the image was read; of `save`, the file that it made. */
    location: z.string(),
    stream: z.string().nullable(),
    architecture: z.string().nullable(),
    platform: z.string().nullable(),
    format: z.string().nullable(),
    release: z.string().nullable(),
    fromCache: z.boolean(),
    /**
     * Sizes of the published file (`size`) and of the raw image (`imageSize`), in bytes; null when
     * it was not read.
     */
    size: z.number().nullable(),
    imageSize: z.number().nullable(),
    sha256: hash.nullable(),
    uncompressedSha256: hash.nullable(),
    origin,
    /** List of checksums that the user gave (URL or absolute path), and its signature. */
    checksumFile: z.object({ location: z.string(), signature: signature.nullable() }).nullable().default(null),
    signature: signature.nullable(),
  }),
  /** Files that a download created, with absolute paths. */
  files: z.array(z.object({ path: z.string(), bytes: z.number(), sha256: z.string() })),
  /** Settings of the live system that a download made for a start from the network. */
  firstBoot: firstBootDone.optional(),
  drive: z
    .object({
      identity: driveIdentity,
      state: driveState,
      /**
       * Bytes of the image that were written. The others (`bytesSkipped`) were already on the
       * drive.
       */
      bytesWritten: z.number(),
      bytesSkipped: z.number().default(0),
      /** Number of reads and writes that were retried after a failure. */
      retries: z.number().default(0),
      /** SHA-256 of the image's bytes as read from the drive; null when they were not read back. */
      readBackSha256: z.string().nullable(),
      /** Whether the reads bypassed the system's cache. */
      pastCache: z.boolean(),
      /** Settings of the first boot, made after the read-back; null for none. */
      firstBoot: firstBootDone.nullable().default(null),
    })
    .nullable(),
  /** One sentence that states the proof. */
  statement: z.string(),
  /** Duration of each phase, in milliseconds. */
  durations: z.record(z.string(), z.number()),
  warnings: z.array(warning),
})
export type Receipt = z.infer<typeof receipt>
