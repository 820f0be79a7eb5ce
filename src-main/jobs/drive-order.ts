import type { Drive } from '../../src-shared/drive.ts'
import type { Hint } from '../../src-shared/identification.ts'
import type { Stage } from '../../src-shared/job.ts'
import type { Receipt } from '../../src-shared/receipt.ts'
import type { FirstBoot } from '../first-boot/first-boot.ts'
import type { DriveFeed, Verdict } from './drive-feed.ts'
import type { Moved } from './meter-parts.ts'

/** A drive to be written, and the image for it. */
export interface DriveOrder {
  drive: Drive
  /** File name of the image for messages. */
  imageName: string
  /** Size of the image in bytes; null if only decoding can tell. */
  imageSize: number | null
  feed: DriveFeed
  /**
   * Compares the claims about the image with the image's own contents.
   * @throws image-is-another when the image says that it is another one
   */
  requireClaimed: (hints: Hint[]) => void
  /** Returns the current bottleneck of the pipeline. */
  limit: () => Stage
  /** Returns the number of bytes passed on by each part before the drive. */
  moved: () => Moved
  verify: boolean
  writeAll: boolean
  /** Writes the image even if it does not look like a disk image. */
  acceptUnrecognized: boolean
  /** Settings of the first boot; null for none. */
  firstBoot: FirstBoot | null
  /** Powers the drive off after it is proved. */
  eject: boolean
  /** Maximum number of concurrent writes. */
  mostUnderWay: number
}

/** State of a drive after the write. */
export interface DriveWritten extends Verdict {
  drive: NonNullable<Receipt['drive']>
}
