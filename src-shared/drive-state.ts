import { z } from 'zod'

/**
 * Known state of a drive when a job ends.
 *
 * - `untouched`: no byte of it was changed.
 * - `cleared`: its first MiB is zero; it cannot boot.
 * - `proved`: it holds the image, read back and compared.
 * - `written-not-read-back`: every byte was handed to the drive, but not read back.
 * - `unknown`: the drive was lost, or even zeroing it failed.
 */
export const driveState = z.enum(['untouched', 'cleared', 'proved', 'written-not-read-back', 'unknown'])
export type DriveState = z.infer<typeof driveState>
