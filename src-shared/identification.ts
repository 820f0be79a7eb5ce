import type { DriveIdentity } from './drive.ts'
import type { PartitionKind } from './partition-kinds.ts'
import type { Receipt } from './receipt.ts'

/** Published image, identified by its publisher's names. */
export interface PublishedImage {
  stream: string
  release: string
  architecture: string
  platform: string
  format: string
}

/**
 * Source of an image's known bytes: metadata of a stream or of a release, metadata kept earlier, or
 * a receipt of this computer.
 */
export type KnownFrom = 'stream' | 'cache' | 'receipt'

/**
 * Clue from a drive's own data structures. Anyone could have written them, so a hint is never a
 * proof.
 */
export type Hint =
  /** The first MiB is zeros: nothing can start from the drive. */
  | { hint: 'cleared' }
  /** Volume name of an ISO, with the release and the stream that it states. */
  | { hint: 'iso'; volumeId: string; release: string | null; stream: string | null }
  /**
   * Partition table. `architecture` and `booted` are null when it does not look like that of Fedora
   * CoreOS.
   */
  | {
      hint: 'partitions'
      table: 'GPT' | 'MBR'
      /** Sector size that the table uses, in bytes. */
      sectorSize: number
      /** Number of all partitions; of an MBR, of the primary ones. */
      count: number
      /** The first partitions. The name is empty if there is none, the size is in bytes. */
      partitions: { name: string; kind: PartitionKind | null; size: number }[]
      coreos: boolean
      architecture: string | null
      /**
       * Whether the first boot has given the disk its own GUID. From then on, the disk cannot equal
       * its image.
       */
      booted: boolean | null
    }
  /**
   * Entry of the boot loader, with the release, the stream and Ignition's platform that it states.
   */
  | {
      hint: 'boot-entry'
      title: string
      release: string | null
      stream: string | null
      platform: string | null
    }
  /** Files in the boot file system that set up the first boot, which removes them. */
  | { hint: 'first-boot'; files: string[] }

/**
 * Result of identifying a drive. It is not a receipt, since the job was not asked for a proof.
 * Fields that both have share one form.
 */
export interface Identification extends Pick<
  Receipt,
  'kindling' | 'startedAt' | 'finishedAt' | 'durations' | 'warnings' | 'statement'
> {
  job: 'identify'
  /**
   * Published image whose every byte is at the start of the drive; null when no known image
   * matches.
   */
  identified: PublishedImage | null
  /** Evidence of the match. */
  match: {
    /** Size of the raw image, in bytes. Data after it on the drive is not part of it. */
    imageSize: number
    /** Hash of these bytes, as read from the drive. */
    sha256: string
    knownFrom: KnownFrom
    /** Base URL of the metadata; null for a receipt. */
    baseUrl: string | null
    /** Other published names of the same bytes. */
    alsoPublishedAs: PublishedImage[]
  } | null
  /**
   * Whether the first boot is set up: a stored receipt says so of an identified image, else the
   * drive itself.
   */
  firstBootSet: boolean
  /** Clues about a drive that was not identified. */
  hints: Hint[]
  /** Number of published images that the drive was compared with. */
  candidates: number
  /** Their names. */
  compared: PublishedImage[]
  drive: { identity: DriveIdentity; bytesRead: number; retries: number; pastCache: boolean }
}
