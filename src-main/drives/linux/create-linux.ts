import { constants } from 'node:fs'
import { stat } from 'node:fs/promises'
import type { Drive, DriveIdentity } from '../../../src-shared/drive.ts'
import { KindlingError } from '../../../src-shared/failure.ts'
import { say, type Said, distinct } from '../../../src-shared/phrases.ts'
import { nameKind } from '../find-file.ts'
import { holdsFile } from '../holds-file.ts'
import type { DriveSystem } from '../system.ts'
import { createAmbiguousMarks } from './ambiguous-marks.ts'
import { flatten, readBlockTree, readBlockTreeAndDrives, type BlockDevice } from './block-tree.ts'
import { readBtrfs } from './btrfs.ts'
import { readByIds } from './by-id.ts'
import { readFingerprint } from './fingerprint.ts'
import { readDescent, type Descent, type Layers } from './layers.ts'
import { lockFile } from './lock-file.ts'
import { isCachedLoop } from './loops.ts'
import { readOpeners } from './openers.ts'
import { findMountsInNamespaces } from './mounts-in-namespaces.ts'
import { rereadPartitionTable } from './partition-table.ts'
import { powerOff } from './power-off.ts'
import { readPresence } from './presence.ts'
import { probeContents } from './probe.ts'
import { holdersOf, nameType } from './refusals.ts'
import { readRivals } from './rivals.ts'
import { formatNumber, nameOfNumber } from './sysfs.ts'
import { readSystemUse } from './system-use.ts'
import { identityOf, toDrive } from './to-drive.ts'
import { unmountAll } from './unmount.ts'
import { usersOf, type Usage } from './users.ts'

/**
 * Creates the drives of Linux. drivelist says which devices of lsblk are drives. The details come
 * from lsblk, sysfs and /proc.
 * @param protects – paths of the running program
 */
export function createLinux(protects: string[]): DriveSystem {
  const ambiguous = createAmbiguousMarks()

  /** Collects the details of these devices. */
  async function describe(devices: BlockDevice[], tree: BlockDevice[]): Promise<Drive[]> {
    ambiguous.compare(tree)
    const descent = await readDescent()
    const layers = await Promise.all(devices.map(({ device }) => descent.ofPath(device)))
    const [systemUse, usage, byIds, presences] = await Promise.all([
      readSystemUse(protects, descent),
      readUsage(tree, descent, layers),
      readByIds(),
      Promise.all(devices.map(({ number }) => readPresence(number))),
      probeContents(devices),
    ])
    const rivals = await Promise.all(layers.map((each) => readRivals(each, descent.loops, usage.openers)))
    return devices.map((device, index) =>
      toDrive(device, {
        byId: byIds.get(device.device) ?? null,
        presence: presences[index]!,
        ambiguous: ambiguous.includes(device),
        system: systemUse.get(device.device) ?? null,
        users: distinct([...usersOf(device, usage), ...rivals[index]!]),
      }),
    )
  }

  return {
    async list() {
      const { tree, drives } = await readBlockTreeAndDrives()
      // Loop devices are left out, as in drivelist: they are files, and some systems have dozens.
      const devices = tree.filter(({ device, type, size }) => drives.has(device) && type === 'disk' && size > 0)
      return describe(devices, tree)
    },

    async inspect(device, called = device) {
      const tree = await readBlockTree()
      const named = tree.flatMap(flatten).find((each) => each.device === device)
      if (named === undefined) throw new KindlingError('drive-missing', { drive: called })
      return (await describe([findWhole(called, named.number, tree)], tree))[0]!
    },

    async nameOf(path) {
      const stats = await stat(path, { bigint: true }).catch(() => null)
      return stats?.isBlockDevice() ? nameOfNumber(formatNumber(stats.rdev)) : null
    },

    async identifyOpen({ identity: { device } }, handle) {
      const stats = await handle.stat({ bigint: true })
      if (!stats.isBlockDevice()) throw new KindlingError('drive-unusable', { drive: device, kind: nameKind(stats) })
      const number = formatNumber(stats.rdev)
      const [tree, presence] = await Promise.all([readBlockTree(), readPresence(number)])
      return identityOf(findWhole(device, number, tree), null, presence)
    },

    usersOfFile: rivalsOf,

    usersOf: ({ identity: { number } }) => usersOfBusy(number),

    rivalsOf: ({ identity }) => rivalsOf(identity.device),
    lockFile,

    async unmount({ identity: { number } }) {
      const found = (await readBlockTree()).find((other) => other.number === number)
      if (found !== undefined) await unmountAll(found)
      return null
    },

    rawPath: (drive) => drive.identity.device,
    locking: 0,
    exclusively: constants.O_EXCL,
    directly: constants.O_DIRECT,
    rawIsPastCache: false,
    readsThroughCache: async ({ identity: { number } }) => number !== null && (await isCachedLoop(number)),
    overlaps: ({ identity }, path) => overlaps(identity, path),
    rereadPartitionTable,
    async eject({ identity: { device, number } }, close) {
      const warning = await powerOff(device, number)
      await close()
      return warning
    },
    fingerprint: readFingerprint,
    watched: '/dev',
    interval: 1000,
  }
}

/** Returns the users of a drive that could not be opened because it is busy. */
async function usersOfBusy(number: string): Promise<Said[]> {
  const tree = await readBlockTree()
  const found = tree.find((other) => other.number === number)
  if (found === undefined) return []
  const usage = await readUsage(tree, await readDescent())
  // The program that holds it may have opened it only to read. Every program that has it open
  // therefore counts.
  const openers = usage.openers.map((opener) => ({ ...opener, writes: true, own: false }))
  const parts = flatten(found)
  const mounts = parts.flatMap((part) => part.mountpoints.map((place) => say('mounted-at', { place })))
  const elsewhere = await findMountsInNamespaces(new Set(parts.map((part) => part.number)))
  return [...holdersOf(found), ...mounts, ...elsewhere, ...usersOf(found, { ...usage, openers })]
}

/** Returns whether a path lies on a drive, or the drive in a file at or below the path. */
async function overlaps({ device, kind, number }: DriveIdentity, path: string): Promise<boolean> {
  const descent = await readDescent()
  const [drive, place] = await Promise.all([descent.ofPath(device), descent.ofPath(path)])
  if (kind === 'file' ? place.files.has(number) : place.devices.has(device)) return true
  return drive.files.size > 0 && holdsFile(path, drive.files)
}

/**
 * Reads the users of all devices, and the programs that have the files below some of them open.
 * @param layers – of those devices
 */
async function readUsage(tree: BlockDevice[], descent: Descent, layers: Layers[] = []): Promise<Usage> {
  const files = new Set(layers.flatMap((each) => [...each.files]))
  const [loops, openers, btrfs] = await Promise.all([
    Promise.all(
      descent.loops.map(async (loop) => ({ ...loop, drives: [...(await descent.ofPath(loop.backing)).devices] })),
    ),
    readOpeners(new Set(tree.flatMap(flatten).map(({ device }) => device)), files),
    readBtrfs(),
  ])
  const served = new Set(
    descent.mounts.filter(({ fileSystem }) => fileSystem === 'fuseblk').map(({ number }) => number),
  )
  return { loops, openers, btrfs, served }
}

/** Returns what may change the files below a device or file now, as `readRivals`. */
async function rivalsOf(path: string, mayHold = false): Promise<Said[]> {
  const descent = await readDescent()
  const layers = await descent.ofPath(path)
  const openers = layers.files.size === 0 ? [] : await readOpeners(new Set(), layers.files)
  return readRivals(layers, descent.loops, openers, mayHold)
}

/**
 * Returns the whole drive with this number.
 * @throws drive-is-partition, drive-unusable
 */
export function findWhole(drive: string, number: string, tree: BlockDevice[]): BlockDevice {
  const whole = tree.find((device) => device.number === number)
  if (whole !== undefined && whole.size > 0) {
    if (whole.type === 'rom') throw new KindlingError('drive-unusable', { drive, kind: say('a-disc') })
    return whole
  }
  for (const base of tree.flatMap(flatten))
    for (const part of base.children) {
      if (part.number !== number) continue
      if (part.type === 'part') throw new KindlingError('drive-is-partition', { drive, parent: base.device })
      throw new KindlingError('drive-unusable', {
        drive,
        kind: say(`${nameType(part.type)}-on`, { device: base.device }),
      })
    }
  throw new KindlingError('drive-unusable', { drive, kind: say('no-medium') })
}
