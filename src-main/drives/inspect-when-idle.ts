import { setTimeout as delay } from 'node:timers/promises'
import type { Drive } from '../../src-shared/drive.ts'
import type { DriveSystem } from './system.ts'

/** Maximum number of inspections of a busy drive, and the delay between two, in milliseconds. */
const [mostLooks, pause] = [5, 200]

/**
 * Inspects a drive, and retries while it is busy. Some programs open a drive only for a moment.
 * Examples are the probes of a desktop after a stick was plugged in, and the partprobe of a job
 * that was killed. A program that stays is a user of the drive.
 * @throws as `Drives.inspect`
 */
export async function inspectWhenIdle(system: Pick<DriveSystem, 'inspect'>, path: string): Promise<Drive> {
  for (let looks = 1; ; looks++) {
    const drive = await system.inspect(path)
    if (looks === mostLooks || !drive.refusals.some(({ code }) => code === 'drive-busy')) return drive
    await delay(pause)
  }
}
