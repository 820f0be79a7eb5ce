import { z } from 'zod'
import type { FailureCode } from './failure-catalog.ts'
import type { FailureDetails } from './failure.ts'

/**
 * Identity of a physical drive, independent of its current device letter. A field is null when the
 * system does not report it.
 */
export const driveIdentity = z.object({
  device: z.string(),
  /** `file` for a disk-image file, `block` for a block device. */
  kind: z.enum(['block', 'file']),
  size: z.number(),
  model: z.string().nullable(),
  vendor: z.string().nullable(),
  serial: z.string().nullable(),
  wwn: z.string().nullable(),
  /**
   * Name that udev derives from the serial number, for example
   * `/dev/disk/by-id/usb-SanDisk_Ultra_4C53…`. When several drives share a serial number, it points
   * to the one that was plugged in last.
   */
  byId: z.string().nullable(),
  /** Major and minor number, `8:16`. For a disk-image file: inode and file system. */
  number: z.string(),
  /** Identifier that changes each time the drive is plugged in; null when the system has none. */
  attachment: z.string().nullable(),
  /**
   * Identifier that changes with each medium, even in a reader that stays plugged in; null when the
   * system does not count media.
   */
  medium: z.string().nullable(),
  /**
   * Whether another drive was seen with the same serial number or WWN, so that they do not identify
   * this drive.
   */
  ambiguous: z.boolean().optional(),
})
export type DriveIdentity = z.infer<typeof driveIdentity>

/**
 * Rule that forbids writing to a drive. It is a failure that has not happened yet: `new
 * KindlingError(code, details)`.
 */
export interface Refusal {
  code: FailureCode
  title: string
  details: FailureDetails
}

/** Content of a drive: a partition, or a file system on the whole drive. */
export interface DriveContent {
  device: string
  /** Size in bytes. */
  size: number
  label: string | null
  fileSystem: string | null
  mountpoints: string[]
}

/** Drive as listed. */
export interface Drive {
  identity: DriveIdentity
  /** Name for display: vendor and model, or the device when there are none. */
  name: string
  /** Logical sector size, in bytes: 512 or 4096. */
  sectorSize: number
  bus: string | null
  removable: boolean
  readOnly: boolean
  contents: DriveContent[]
  /**
   * Reasons not to write to the drive. Empty when it may be written (the size is checked against
   * the image when the job starts).
   */
  refusals: Refusal[]
  /**
   * Whether the drive is non-removable or larger than 256 GB, and may therefore hold a user's
   * data. Writing to it takes more than a click.
   */
  precious: boolean
}
