import { z } from 'zod'

/**
 * What a person may believe of a drive when a job ends.
 *
 * - `untouched`: no byte of it was changed.
 * - `cleared`: its first MiB is zero; it cannot boot.
 * - `proved`: it holds the image, read back and compared.
 * - `written-not-read-back`: every byte was handed to the drive, none was read back.
 * - `unknown`: the drive is gone, or not even zeroing it worked.
 */
export const driveState = z.enum(['untouched', 'cleared', 'proved', 'written-not-read-back', 'unknown'])
export type DriveState = z.infer<typeof driveState>
