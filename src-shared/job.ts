import { z } from 'zod'
import { driveIdentity } from './drive.ts'
import type { Failure, FailureDetails } from './failure.ts'
import { phrase } from './failure-schemas.ts'
import { fileSystem } from './file-system.ts'
import { firstBootSpec } from './first-boot.ts'
import { isHostname } from './is-hostname.ts'
import type { Identification } from './identification.ts'
import { mostDrives } from './most-drives.ts'
import type { Phase } from './phase.ts'
import type { Receipt, Warning } from './receipt.ts'
import type { Restoration } from './restoration.ts'

const text = z.string().min(1).max(4096)

/** Image and the proofs that it must pass. The names are those of the command line. */
export const sourceSpec = z.object({
  image: z.discriminatedUnion('kind', [
    z.object({
      kind: z.literal('stream'),
      stream: text,
      architecture: text,
      platform: text,
      format: text,
      /**
       * Release that the user saw and agreed to. Without it, the job takes the stream's release at
       * its start.
       */
      release: text.optional(),
    }),
    z.object({ kind: z.literal('url'), url: text }),
    z.object({ kind: z.literal('file'), path: text }),
  ]),
  /** URL or path of the signature. */
  signature: text.optional(),
  sha256: z
    .string()
    .regex(/^[0-9a-fA-F]{64}$/, 'a sha256 has 64 hexadecimal digits')
    .optional(),
  /** URL or path of a list of checksums, like SHA256SUMS, that names the image's file. */
  checksumFile: text.optional(),
  /** Path of a file with public keys, searched before Fedora's. */
  keyring: text.optional(),
  /** Accepts a missing signature, never a bad one. */
  insecure: z.boolean().optional(),
  streamBaseUrl: text.optional(),
  /** Number of retries; null retries indefinitely. */
  fetchRetries: z.number().int().min(0).nullable().optional(),
  /**
   * Memory limit for decompression, in bytes. The default is a quarter of the free memory, at most
   * 1 GiB.
   */
  memory: z.number().int().min(0).optional(),
})
export type SourceSpec = z.infer<typeof sourceSpec>

/** Drive that the user chose. */
const chosenDrive = z.object({
  /** Device, /dev/disk/by-* name or disk-image file. */
  drive: text,
  /** Drive as it was when the user chose it. The job refuses another one. */
  identity: driveIdentity.optional(),
})

const driveToWrite = chosenDrive.extend({
  /**
   * Name of the drive, as typed by the user. Without it, a drive that may hold a user's data
   * (`Drive.precious`) is refused.
   */
  confirmed: text.optional(),
  /** Host name of the system on this drive, in place of that of the answers. */
  hostname: z.string().refine(isHostname, 'a host name has letters, digits and hyphens').optional(),
})
export type DriveToWrite = z.infer<typeof driveToWrite>

const writeOptions = z.object({
  source: sourceSpec,
  verify: z.boolean().optional(),
  /** Writes every byte, including those that the drive seems to hold already. */
  writeAll: z.boolean().optional(),
  /** Writes the image even if it has no partition table, ISO descriptor or known file system. */
  acceptUnrecognized: z.boolean().optional(),
  /** Doubts about the stream (`Catalog.doubts`) that the user has seen and accepted. */
  acceptedDoubts: z.array(phrase).max(10).optional(),
  /** Powers the drive off when the job is done, where the system can. */
  eject: z.boolean().optional(),
  firstBoot: firstBootSpec.optional(),
})

/** Write of one image to several drives. Each drive is one job. */
export const writeSpec = writeOptions.extend({ drives: z.array(driveToWrite).min(1).max(mostDrives) })
export type WriteSpec = z.infer<typeof writeSpec>

/** Boot loaders and servers for which a download describes a start from the network. */
export const bootLoader = z.enum(['ipxe', 'dnsmasq', 'matchbox', 'grub'])
export type BootLoader = z.infer<typeof bootLoader>

/** Job with an image as its source. */
export const jobSpec = z.discriminatedUnion('job', [
  z.object({
    job: z.literal('download'),
    source: sourceSpec,
    directory: text,
    decompress: z.boolean().optional(),
    /** Settings of a live system that is started from the network (`pxe`). */
    firstBoot: firstBootSpec.optional(),
    /** By default iPXE. */
    loader: bootLoader.optional(),
  }),
  writeOptions.extend({ job: z.literal('write'), ...driveToWrite.shape }),
  chosenDrive.extend({
    job: z.literal('verify'),
    source: sourceSpec,
    /** Path of the receipt of the drive's write, if its first boot was set up. */
    receipt: text.optional(),
  }),
])
export type JobSpec = z.infer<typeof jobSpec>

/** Job that finds out which image a drive holds. */
export const identifySpec = chosenDrive.extend({ job: z.literal('identify'), streamBaseUrl: text.optional() })
export type IdentifySpec = z.infer<typeof identifySpec>

/** Job that makes a drive a plain storage stick. */
export const restoreSpec = driveToWrite.omit({ hostname: true }).extend({
  job: z.literal('restore'),
  /** File system; by default FAT32 up to 32 GB, exFAT for larger drives. */
  format: fileSystem.optional(),
  label: text.optional(),
})
export type RestoreSpec = z.infer<typeof restoreSpec>

/** Ways to choose the size of a saved image. */
export const saveSizes = ['image', 'used', 'all'] as const
export type SaveSize = (typeof saveSizes)[number]
/** Job that saves a drive to an image file. */
export const saveSpec = chosenDrive.extend({
  job: z.literal('save'),
  /** Path of the file. Its name decides the compression: `.gz`, `.zst`, or none. */
  output: text,
  /** End of the saved bytes: of the image on the drive, of the last partition, or of the drive. */
  size: z.enum(saveSizes).optional(),
  /** Reads the drive a second time. */
  verify: z.boolean().optional(),
  /** Leaves zeros for bytes that cannot be read. */
  keepGoing: z.boolean().optional(),
  /** Replaces an existing file. */
  replace: z.boolean().optional(),
})
export type SaveSpec = z.infer<typeof saveSpec>

export const anyJobSpec = z.discriminatedUnion('job', [jobSpec, identifySpec, restoreSpec, saveSpec])
export type AnyJobSpec = z.infer<typeof anyJobSpec>
/** Job that the page of the window starts. */
export type PageJobSpec = JobSpec | IdentifySpec | RestoreSpec | SaveSpec

/** Stage of the pipeline that can be the slowest. */
export type Stage = 'network' | 'source' | 'decode' | 'drive'

/**
 * Rates of a phase's stages, in bytes per second: reading from the network or a file, decoding, and
 * writing or reading a drive.
 */
export type PartRates = Partial<Record<Stage, number>>

/** Proof that was completed while the job runs. */
export type Proof = 'signature' | 'sha256' | 'uncompressed-sha256' | 'read-back' | 'first-boot'

export type JobEvent =
  | { event: 'phase'; phase: Phase }
  | {
      event: 'progress'
      phase: Phase
      bytes: number
      /** Total in bytes; null while unknown. */
      total: number | null
      /** Smoothed rate, in bytes per second. */
      rate: number
      /** Remaining seconds; null while unknown. */
      eta: number | null
      limit: Stage | null
      rates: PartRates
      /** Bytes of the image that the job has skipped so far, since the drive seems to hold them. */
      skipped: number
    }
  /** The statement is in English. `proof` and `details` carry the same facts, for translation. */
  | { event: 'proof'; proof: Proof; statement: string; details: FailureDetails }
  /** The message is in English. `code` and `details` carry the same facts, for translation. */
  | ({ event: 'warning' } & Warning)
  | { event: 'done'; receipt: Receipt }
  /** End of `identify`, which proves nothing worth a receipt. */
  | ({ event: 'done'; receipt: null } & Identification)
  /** End of `restore`. Its receipt has no image. */
  | ({ event: 'done'; receipt: null } & Restoration)
  | ({ event: 'failed' } & Failure)
