import { setTimeout as delay } from 'node:timers/promises'
import type { Drive } from '../../src-shared/drive.ts'
import type { DriveSystem } from './system.ts'

/** How often a busy drive is looked at before it is called busy, and milliseconds between two looks. */
const [mostLooks, pause] = [5, 200]

/**
 * Inspects a drive. Programs that only look at it pass: what a desktop has probe a stick that was just plugged in, the partprobe
 * of a job that was killed. One that stays is a user.
 * @throws as `Drives.inspect`
 */
export async function inspectAtRest(system: Pick<DriveSystem, 'inspect'>, path: string): Promise<Drive> {
  for (let looks = 1; ; looks++) {
    const drive = await system.inspect(path)
    if (looks === mostLooks || !drive.refusals.some(({ code }) => code === 'drive-busy')) return drive
    await delay(pause)
  }
}
