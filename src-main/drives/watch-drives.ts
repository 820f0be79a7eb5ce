import { watch, type FSWatcher } from 'node:fs'
import type { Drive } from '../../src-shared/drive.ts'
import type { DriveSystem } from './system.ts'

const looksWhileBusy = 5

/**
 * Calls back with the list of drives at once and whenever it changed, until the function that it answers is called.
 * Keeps no process alive. A look that fails is tried again at the next one.
 */
export function watchDrives(system: DriveSystem, listener: (drives: Drive[]) => void): () => void {
  let stopped = false
  let looking = false
  let again = false
  let fingerprint: string | null = null
  let shown: string | null = null
  // Nothing tells when a program lets go of a drive: while one is busy, some looks list all the same.
  let isBusy = false
  let looksSinceList = 0

  async function look(): Promise<void> {
    const seen = await system.fingerprint()
    const isDue = isBusy && ++looksSinceList === looksWhileBusy
    if (shown !== null && seen !== null && seen === fingerprint && !isDue) return
    looksSinceList = 0
    const drives = await system.list()
    if (stopped) return
    fingerprint = seen
    isBusy = drives.some(({ refusals }) => refusals.some(({ code }) => code === 'drive-busy'))
    const text = JSON.stringify(drives)
    if (text === shown) return
    shown = text
    listener(drives)
  }

  /** One look at a time; what happens during one asks for another. */
  async function lookNow(): Promise<void> {
    again = true
    if (looking) return
    looking = true
    while (again && !stopped) {
      again = false
      await look().catch(() => {})
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

/** Makes changes show at once instead of at the next look; where it cannot be had (inotify has limits), the next look will do. */
function watchDirectory(directory: string | null, listener: () => void): FSWatcher | null {
  if (directory === null) return null
  try {
    return watch(directory, { persistent: false }, listener).on('error', () => {})
  } catch {
    return null
  }
}
