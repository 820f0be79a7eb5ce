import type { Drive as Listed } from 'drivelist'
import { realpath } from 'node:fs/promises'
import { dirname } from 'node:path'
import { KindlingError } from '../../../src-shared/failure.ts'
import { say } from '../../../src-shared/phrases.ts'
import { findFile } from '../find-file.ts'
import { inspectFile } from '../inspect-file.ts'
import { mountpointsOf } from '../mountpoints-of.ts'
import type { DriveSystem } from '../system.ts'
import { fromDrivelist } from './from-drivelist.ts'

/** What a system without lsblk and sysfs has of its own. */
export type OwnWays = Pick<DriveSystem, 'unmount' | 'rawPath' | 'rawIsPastCache' | 'rereadPartitionTable' | 'eject'> & {
  /** Paths that belong to the running system. */
  systemPaths: string[]
  /** A whole drive's own name for a name that a person may give. */
  nameWhole(path: string): string
  /** The drive of a partition's name, or null. */
  wholeOf(device: string): string | null
}

/** Drives as drivelist alone tells them. What it calls built in is never written: stricter than asked, but never wrong. */
export function createElsewhere(protects: string[], ways: OwnWays): DriveSystem {
  async function listAll() {
    const { list } = await import('drivelist')
    const all = (await list()).filter(({ size }) => size)
    const places = [
      ...ways.systemPaths.map((path) => ({ path, what: path })),
      ...protects.map((path) => ({ path, what: say('kindling-itself') })),
    ]
    const carried = new Map<Listed, string>()
    for (const { path, what } of places)
      for (const drive of await holding(path, all)) if (!carried.has(drive)) carried.set(drive, what)
    return all.map((drive) => ({
      listed: drive,
      drive: fromDrivelist(drive, carried.get(drive) ?? (drive.isSystem ? say('built-in') : null)),
    }))
  }

  return {
    ...ways,
    async list() {
      return (await listAll()).map(({ drive }) => drive)
    },
    async inspect(path) {
      const device = ways.nameWhole(path)
      const drives = await this.list()
      const found = drives.find((drive) => drive.identity.device === device)
      if (found !== undefined) return found
      const parent = ways.wholeOf(device)
      if (parent !== null && drives.some((drive) => drive.identity.device === parent))
        throw new KindlingError('drive-is-partition', { drive: path, parent })
      const file = await findFile(path)
      if (!file.stats.isFile()) throw new KindlingError('drive-missing', { drive: path })
      return inspectFile(file.path, file.stats, [])
    },
    async identify(path) {
      return (await this.inspect(path)).identity
    },
    async under(path) {
      const listed = (await listAll()).map((each) => each.listed)
      return (await holding(path, listed)).map(({ device }) => device)
    },
    // Neither system tells cheaply who has a drive open; a mount is the usual reason.
    usersOf: async (drive) => mountpointsOf(drive).map((place) => say('mounted-at', { place })),
    // Neither has O_EXCL for devices; a mounted volume refuses raw writes by itself on both.
    exclusively: 0,
    directly: 0,
    fingerprint: async () => null,
    watched: null,
    interval: 2000,
  }
}

/** The drives with the mountpoint that lies deepest above a path. */
async function holding(path: string, drives: Listed[]): Promise<Listed[]> {
  const real = fold(await nearest(path))
  const depth = (drive: Listed) => {
    const around = drive.mountpoints
      .map((mountpoint) => fold(mountpoint.path))
      .filter((place) => real.startsWith(place))
    return Math.max(0, ...around.map((place) => place.length))
  }
  const deepest = Math.max(0, ...drives.map(depth))
  return deepest === 0 ? [] : drives.filter((drive) => depth(drive) === deepest)
}

/** With a separator at the end, and without letter case: both systems compare names so. */
const fold = (path: string) => `${path.replace(/[\\/]+$/, '')}/`.replaceAll('\\', '/').toLowerCase()

const nearest = async (path: string): Promise<string> =>
  realpath(path).catch(() => (dirname(path) === path ? path : nearest(dirname(path))))
