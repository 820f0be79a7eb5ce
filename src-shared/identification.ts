import type { DriveIdentity } from './drive.ts'
import type { Receipt } from './receipt.ts'

/** An image by the names that its publisher gives it. */
export interface PublishedImage {
  stream: string
  release: string
  architecture: string
  platform: string
  format: string
}

/**
 * Who says which bytes an image has: a stream's metadata of now, what was kept of metadata earlier, or a receipt of this
 * computer.
 */
export type KnownFrom = 'stream' | 'cache' | 'receipt'

/** What a drive's own structures say of it. Anybody could have written that, so none of it is a proof. */
export type Hint =
  /** Its first MiB is zeros: nothing can start from it. */
  | { hint: 'cleared' }
  /** The volume name of an ISO, with the release and the stream that it tells. */
  | { hint: 'iso'; volumeId: string; release: string | null; stream: string | null }
  /** A partition table. `architecture` and `booted` are null where it does not look like that of Fedora CoreOS. */
  | {
      hint: 'partitions'
      /** Bytes of a sector as the table counts them. */
      sectorSize: number
      names: string[]
      coreos: boolean
      architecture: string | null
      /** The first boot has given the disk its own GUID: from then on it cannot equal its image. */
      booted: boolean | null
    }
  /**
   * The boot loader's entry, with the release, the stream and Ignition's platform that it
   * tells.
   */
  | {
      hint: 'boot-entry'
      title: string
      release: string | null
      stream: string | null
      platform: string | null
    }

/**
 * What a drive holds, as far as it can be told. No receipt, since nobody wanted anything proved; it has its form where both say the
 * same.
 */
export interface Identification extends Pick<
  Receipt,
  'kindling' | 'startedAt' | 'finishedAt' | 'durations' | 'warnings' | 'statement'
> {
  job: 'identify'
  /** The published image that stands at the start of the drive, every byte of it; null when it is none that is known. */
  identified: PublishedImage | null
  /** How that is known. */
  match: {
    /** Bytes of the raw image; what follows them on the drive is not part of it. */
    imageSize: number
    /** Of these bytes, as read from the drive. */
    sha256: string
    knownFrom: KnownFrom
    /** Whose metadata it is; null for a receipt. */
    baseUrl: string | null
    /** Other names of the same bytes. */
    alsoPublishedAs: PublishedImage[]
  } | null
  /** Of a drive that was not identified. */
  hints: Hint[]
  /** Published images that it was compared with. */
  candidates: number
  drive: { identity: DriveIdentity; bytesRead: number; retries: number; pastCache: boolean }
}
