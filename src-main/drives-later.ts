import type { Drives } from './ports.ts'
import type { DrivesOptions } from './create-drives.ts'

/**
 * Returns the drives of this machine. Their code is loaded at the first call, so that the window
 * and the list of streams appear sooner.
 */
export function createDrivesLater(options: DrivesOptions): Drives {
  let loading: Promise<Drives> | null = null
  const load = () => (loading ??= import('./create-drives.ts').then(({ createDrives }) => createDrives(options)))
  return {
    list: async () => (await load()).list(),
    inspect: async (path) => (await load()).inspect(path),
    open: async (drive, mode, signal) => (await load()).open(drive, mode, signal),
    overlaps: async (drive, path) => (await load()).overlaps(drive, path),
    watch(listener) {
      let stop = () => {}
      let stopped = false
      void load().then((drives) => {
        if (!stopped) stop = drives.watch(listener)
      })
      return () => {
        stopped = true
        stop()
      }
    },
  }
}
