import { z } from 'zod'
import { driveIdentity } from './drive.ts'
import type { Failure, FailureDetails } from './failure.ts'
import type { Identification } from './identification.ts'
import { mostDrives } from './most-drives.ts'
import type { Phase } from './phase.ts'
import type { Receipt, Warning } from './receipt.ts'

const text = z.string().min(1).max(4096)

/** Which image, and what it has to be proved with. The names are the command line's. */
export const sourceSpec = z.object({
  image: z.discriminatedUnion('kind', [
    z.object({
      kind: z.literal('stream'),
      stream: text,
      architecture: text,
      platform: text,
      format: text,
      /** The one that a person saw and agreed to; without it, whatever the stream has when the job begins. */
      release: text.optional(),
    }),
    z.object({ kind: z.literal('url'), url: text }),
    z.object({ kind: z.literal('file'), path: text }),
  ]),
  /** URL or path. */
  signature: text.optional(),
  sha256: z
    .string()
    .regex(/^[0-9a-fA-F]{64}$/, 'a sha256 has 64 hexadecimal digits')
    .optional(),
  /** URL or path of a list of sums, like SHA256SUMS, that names the image's file. */
  checksumFile: text.optional(),
  /** Path of a file with public keys, searched before Fedora's. */
  keyring: text.optional(),
  /** Excuses a missing signature, never a bad one. */
  insecure: z.boolean().optional(),
  streamBaseUrl: text.optional(),
  /** Tries after the first; null for ever. */
  fetchRetries: z.number().int().min(0).nullable().optional(),
  /** Bytes that decompressing it may take; a quarter of what is free, 1 GiB at most, unless told. */
  memory: z.number().int().min(0).optional(),
})
export type SourceSpec = z.infer<typeof sourceSpec>

/** A drive that a person chose. */
const chosenDrive = z.object({
  /** Device, /dev/disk/by-* name or disk-image file. */
  drive: text,
  /** The drive as it was when the person chose it; the job refuses another one. */
  identity: driveIdentity.optional(),
})

const driveToWrite = chosenDrive.extend({
  /** Its name, as a person typed it: without it a drive that may be somebody's disk (`Drive.precious`) is refused. */
  confirmed: text.optional(),
})
export type DriveToWrite = z.infer<typeof driveToWrite>

const writeOptions = z.object({
  source: sourceSpec,
  verify: z.boolean().optional(),
  /** Writes every byte, also what the drive seems to hold already. */
  writeAll: z.boolean().optional(),
  /** Writes the image even if it has no partition table, ISO descriptor or known file system. */
  acceptUnrecognized: z.boolean().optional(),
  /**
   * Doubts about the stream (`Catalog.doubts`) that the person was told, and wants the image in
   * spite of.
   */
  acceptedDoubts: z.array(text).max(10).optional(),
  /** Powers the drive off when it is done, where that can be. */
  eject: z.boolean().optional(),
})

/** One image for several drives; each of them is a job. */
export const writeSpec = writeOptions.extend({ drives: z.array(driveToWrite).min(1).max(mostDrives) })
export type WriteSpec = z.infer<typeof writeSpec>

/** A job about an image. */
export const jobSpec = z.discriminatedUnion('job', [
  z.object({
    job: z.literal('download'),
    source: sourceSpec,
    directory: text,
    decompress: z.boolean().optional(),
  }),
  writeOptions.extend({ job: z.literal('write'), ...driveToWrite.shape }),
  chosenDrive.extend({ job: z.literal('verify'), source: sourceSpec }),
])
export type JobSpec = z.infer<typeof jobSpec>

/** The job that finds out which image a drive holds. */
export const identifySpec = chosenDrive.extend({ job: z.literal('identify'), streamBaseUrl: text.optional() })
export type IdentifySpec = z.infer<typeof identifySpec>

export const anyJobSpec = z.discriminatedUnion('job', [jobSpec, identifySpec])
export type AnyJobSpec = z.infer<typeof anyJobSpec>

/** A part of the pipeline that can be the slowest. */
export type Limit = 'network' | 'source' | 'decode' | 'drive'

/** Bytes per second of the parts that a phase has: what comes of a network or a file, what is decoded, what a drive writes or reads. */
export type PartRates = Partial<Record<Limit, number>>

/** A proof that was earned while the job runs. */
export type Proof = 'signature' | 'sha256' | 'uncompressed-sha256' | 'read-back'

export type JobEvent =
  | { event: 'phase'; phase: Phase }
  | {
      event: 'progress'
      phase: Phase
      bytes: number
      /** Bytes; null while nobody knows. */
      total: number | null
      /** Bytes per second, smoothed. */
      rate: number
      /** Seconds; null while nobody knows. */
      eta: number | null
      limit: Limit | null
      rates: PartRates
      /** Bytes of the image that the job has not written so far, since the drive seems to hold them. */
      skipped: number
    }
  /** The statement is English; proof and details say the same, for other languages. */
  | { event: 'proof'; proof: Proof; statement: string; details: FailureDetails }
  /** The message is English; code and details say the same. */
  | ({ event: 'warning' } & Warning)
  | { event: 'done'; receipt: Receipt }
  /** Of `identify`, which proves nothing that a receipt would be kept for. */
  | ({ event: 'done'; receipt: null } & Identification)
  | ({ event: 'failed' } & Failure)
