import type { Drive as Listed } from 'drivelist'
import type { BigIntStats } from 'node:fs'
import { realpath } from 'node:fs/promises'
import { dirname } from 'node:path'
import { KindlingError } from '../../src-shared/failure.ts'
import { say, type Said } from '../../src-shared/phrases.ts'
import { holdsFile } from './holds-file.ts'
import { mountpointsOf } from './mountpoints-of.ts'
import type { DriveSystem } from './system.ts'
import { fromDrivelist } from './drivelist.ts'

/** The parts that differ between systems without lsblk and sysfs (macOS and Windows). */
export type SystemParts = Pick<
  DriveSystem,
  'unmount' | 'rawPath' | 'rawIsPastCache' | 'locking' | 'rereadPartitionTable' | 'eject'
> & {
  /** Paths that belong to the running system. Drives that contain one of them are never written. */
  systemPaths: string[]
  /** Returns the canonical name of a whole drive for a name that a user may enter. */
  nameWhole(path: string): string
  /** Returns the name of the whole drive for the name of a partition, or null. */
  wholeOf(device: string): string | null
  /** Matches the names that the system gives to drives and their partitions. */
  names: RegExp
  /**
   * Returns true if a handle leads to a drive.
   * @param stats – result of fstat; null where fstat fails
   */
  leadsToDrive(stats: BigIntStats | null): boolean
}

/**
 * Creates the drives of a system from drivelist alone. Drives that drivelist reports as built in
 * are never written. This is stricter than required, but safe.
 */
export function createByDrivelist(protects: string[], parts: SystemParts): DriveSystem {
  async function listAll() {
    const { list } = await import('drivelist')
    const all = (await list()).filter(({ size }) => size)
    const places = [
      ...parts.systemPaths.map((path) => ({ path, what: path })),
      ...protects.map((path) => ({ path, what: say('kindling-itself') })),
    ]
    const carried = new Map<Listed, Said>()
    for (const { path, what } of places)
      for (const drive of await holding(path, all)) if (!carried.has(drive)) carried.set(drive, what)
    return all.map((drive) => ({
      listed: drive,
      drive: fromDrivelist(drive, carried.get(drive) ?? (drive.isSystem ? say('built-in') : null)),
    }))
  }

  return {
    ...parts,
    async list() {
      return (await listAll()).map(({ drive }) => drive)
    },
    async inspect(name, called = name) {
      const device = parts.nameWhole(name)
      const drives = await this.list()
      const found = drives.find((drive) => drive.identity.device === device)
      if (found !== undefined) return found
      const parent = parts.wholeOf(device)
      if (parent !== null && drives.some((drive) => drive.identity.device === parent))
        throw new KindlingError('drive-is-partition', { drive: called, parent })
      throw new KindlingError('drive-missing', { drive: called })
    },
    nameOf: async (path) => (parts.names.test(path) ? path : null),
    // Neither macOS nor Windows can identify the drive behind a handle. On both, only the system
    // itself creates device names.
    async identifyOpen({ identity: { device } }, handle) {
      const stats = await handle.stat({ bigint: true }).catch(() => null)
      if (!parts.leadsToDrive(stats)) throw new KindlingError('drive-unusable', { drive: device, kind: say('a-file') })
      return (await this.inspect(device)).identity
    },
    async overlaps({ identity: { kind, device, number } }, path) {
      if (kind === 'file') return holdsFile(path, new Set([number]))
      const listed = (await listAll()).map((each) => each.listed)
      return (await holding(path, listed)).some((drive) => drive.device === device)
    },
    // Neither system has a cheap way to list the programs that have a drive open. A mount is the
    // usual reason.
    usersOf: async (drive) => mountpointsOf(drive).map((place) => say('mounted-at', { place })),
    usersOfFile: async () => [],
    rivalsOf: async () => [],
    lockFile: async () => true,
    // Neither system has O_EXCL for devices. On both, a mounted volume refuses raw writes by
    // itself.
    exclusively: 0,
    directly: 0,
    readsThroughCache: async () => false,
    fingerprint: async () => null,
    watched: null,
    interval: 2000,
  }
}

/** Returns the drives that have the deepest mount point above a path. */
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

/**
 * Normalizes a path for comparison: a separator at the end, and no letter case, which both systems
 * ignore.
 */
const fold = (path: string) => `${path.replace(/[\\/]+$/, '')}/`.replaceAll('\\', '/').toLowerCase()

const nearest = async (path: string): Promise<string> =>
  realpath(path).catch(() => (dirname(path) === path ? path : nearest(dirname(path))))
