import { watch, type FSWatcher } from 'node:fs'
import type { Drive } from '../../src-shared/drive.ts'
import type { DriveSystem } from './system.ts'

const looksWhileBusy = 5
/** Minimum ratio of the pause after a list to the duration of the list. */
const pausePerList = 4

/**
 * Calls `listener` with the list of drives at once and after every change. Does not keep the
 * process alive. A check that fails is retried at the next interval.
 * @returns a function that stops watching
 */
export function watchDrives(system: DriveSystem, listener: (drives: Drive[]) => void): () => void {
  let stopped = false
  let looking = false
  let again = false
  let fingerprint: string | null = null
  let shown: string | null = null
  // The system sends no event when a program releases a drive. While a drive is busy, every few
  // checks therefore list the drives even if the fingerprint is unchanged.
  let isBusy = false
  let looksSinceList = 0

  /** Returns how long to wait until the next check at least, in milliseconds. */
  async function look(): Promise<number> {
    const seen = await system.fingerprint()
    const isDue = isBusy && ++looksSinceList === looksWhileBusy
    if (shown !== null && seen !== null && seen === fingerprint && !isDue) return 0
    looksSinceList = 0
    const begun = performance.now()
    const drives = await system.list()
    if (stopped) return 0
    const duration = performance.now() - begun
    const hasChanged = seen !== null && seen !== fingerprint
    fingerprint = seen
    isBusy = drives.some(({ refusals }) => refusals.some(({ code }) => code === 'drive-busy'))
    const text = JSON.stringify(drives)
    const isNew = text !== shown
    shown = text
    if (isNew) listener(drives)
    const atLeast = hasChanged && !isNew ? system.interval * 2 : system.interval / 2
    return Math.max(atLeast, Math.min(duration * pausePerList, system.interval * 10))
  }

  /**
   * Runs one check at a time. A change during a check triggers another check. After each list this
   * waits, because each list starts programs: a drive that was plugged in changes many times. It
   * waits longer after a change that showed nothing new: loop devices and the mounts of containers
   * may change all the time. It also waits longer after a slow list, for ten intervals at most, so
   * that lists do not keep a busy machine busier.
   */
  async function lookNow(): Promise<void> {
    again = true
    if (looking) return
    looking = true
    while (again && !stopped) {
      again = false
      await rest(await look().catch(() => 0))
    }
    looking = false
  }

  const timer = setInterval(() => void lookNow(), system.interval).unref()
  const watcher = watchDirectory(system.watched, () => void lookNow())
  void lookNow()
  return () => {
    stopped = true
    clearInterval(timer)
    watcher?.close()
  }
}

async function rest(milliseconds: number): Promise<void> {
  if (milliseconds > 0) await new Promise<void>((resolve) => void setTimeout(resolve, milliseconds).unref())
}

/**
 * Watches a directory, so that changes appear at once. Where this is not possible (inotify has
 * limits), the next interval finds them.
 */
function watchDirectory(directory: string | null, listener: () => void): FSWatcher | null {
  if (directory === null) return null
  try {
    return watch(directory, { persistent: false }, listener).on('error', () => {})
  } catch {
    return null
  }
}
