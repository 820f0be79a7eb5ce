import { z } from 'zod'
import type { FailureCode } from './failure-catalog.ts'
import type { FailureDetails } from './failure.ts'

/** What makes a physical drive the same drive, whatever letter it has today. Null where the system does not say. */
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
   * A name that udev makes of the serial number, for example
   * `/dev/disk/by-id/usb-SanDisk_Ultra_4C53…`. Of drives with one serial number it leads to the one
   * that was plugged in last.
   */
  byId: z.string().nullable(),
  /** Major and minor number, `8:16`; inode and file system for a disk-image file. */
  number: z.string(),
  /** Another one each time that the drive is plugged in; null where the system tells no such thing. */
  attachment: z.string().nullable(),
  /** Another one for each medium, also in a reader that stays plugged in; null where the system does not count them. */
  medium: z.string().nullable(),
  /** Another drive was seen with the same serial number or WWN: they do not identify this drive. */
  ambiguous: z.boolean().optional(),
})
export type DriveIdentity = z.infer<typeof driveIdentity>

/** A rule that forbids writing to a drive: a failure that has not happened yet (`new KindlingError(code, details)`). */
export interface Refusal {
  code: FailureCode
  title: string
  details: FailureDetails
}

/** What stands on a drive: a partition, or a file system on the whole of it. */
export interface DriveContent {
  device: string
  /** Bytes. */
  size: number
  label: string | null
  fileSystem: string | null
  mountpoints: string[]
}

/** A drive as the list shows it. */
export interface Drive {
  identity: DriveIdentity
  /** A name for people: vendor and model, else the device. */
  name: string
  /** Bytes of a logical sector; 512 or 4096. */
  sectorSize: number
  bus: string | null
  removable: boolean
  readOnly: boolean
  contents: DriveContent[]
  /** Empty when the drive may be written (its size is checked against the image when the job starts). */
  refusals: Refusal[]
  /** It is not removable, or larger than 256 GB: somebody's disk, perhaps. Writing it asks for more than a click. */
  precious: boolean
}
