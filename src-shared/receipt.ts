import { z } from 'zod'
import { driveIdentity } from './drive.ts'
import { driveState } from './drive-state.ts'
import { failureDetails } from './failure.ts'

const hash = z.object({
  actual: z.string(),
  /** Null: nothing was given to compare it with. */
  expected: z.string().nullable(),
  /** Where the expected value comes from. */
  from: z.enum(['stream', 'person']).nullable(),
})

const warning = z.object({
  code: z.string(),
  message: z.string(),
  /** The values that the message names, for other languages; receipts of old have none. */
  details: failureDetails.default({}),
})
export type Warning = z.infer<typeof warning>

/**
 * What was proved of an image's origin. `signed-list`: a list of sums that is signed holds the
 * image's. `none` only with --insecure.
 */
const origin = z.enum(['signature', 'signed-list', 'sha256', 'none'])

const signature = z.object({
  fingerprint: z.string(),
  signer: z.string().nullable(),
  /** ISO 8601, as the signature states it. */
  signedAt: z.string(),
  trustedBy: z.enum(['pinned', 'keyring']),
})

/** What a finished job proved, in a form to keep. One shape for all jobs: what a job did not do is null. */
export const receipt = z.object({
  kindling: z.string(),
  job: z.enum(['download', 'write', 'verify']),
  /** ISO 8601. */
  startedAt: z.string(),
  finishedAt: z.string(),
  image: z.object({
    /** URL or absolute path it was read from. */
    location: z.string(),
    stream: z.string().nullable(),
    architecture: z.string().nullable(),
    platform: z.string().nullable(),
    format: z.string().nullable(),
    release: z.string().nullable(),
    fromCache: z.boolean(),
    /** Bytes of the file as published, and of the raw image; null when it was not read. */
    size: z.number().nullable(),
    imageSize: z.number().nullable(),
    sha256: hash.nullable(),
    uncompressedSha256: hash.nullable(),
    origin,
    /** The list of sums that was given, URL or absolute path, and its signature. */
    checksumFile: z.object({ location: z.string(), signature: signature.nullable() }).nullable().default(null),
    signature: signature.nullable(),
  }),
  /** Files that a download left, absolute. */
  files: z.array(z.object({ path: z.string(), bytes: z.number(), sha256: z.string() })),
  drive: z
    .object({
      identity: driveIdentity,
      state: driveState,
      /** Bytes of the image that were written; the others were on the drive already. */
      bytesWritten: z.number(),
      bytesSkipped: z.number().default(0),
      /** Reads and writes that were tried again after a failure. */
      retries: z.number().default(0),
      /** sha256 of the image's bytes as read from the drive; null: not read back. */
      readBackSha256: z.string().nullable(),
      /** The reads went past the system's cache. */
      pastCache: z.boolean(),
    })
    .nullable(),
  /** One sentence: what this receipt proves. */
  statement: z.string(),
  /** Milliseconds by phase. */
  durations: z.record(z.string(), z.number()),
  warnings: z.array(warning),
})
export type Receipt = z.infer<typeof receipt>
