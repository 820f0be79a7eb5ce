import type { BigIntStats } from 'node:fs'
import { realpath, stat } from 'node:fs/promises'
import { dirname } from 'node:path'
import { readBtrfs } from './btrfs.ts'
import { backingOf } from './loops.ts'
import { readMounts, type Mount } from './mounts.ts'
import { bottomsOf, deviceOf, formatNumber } from './sysfs.ts'

/**
 * The whole drives that hold a path, down through partitions, mappings, arrays, btrfs members, overlays and loop
 * devices; a loop device is named as well as what its file lies on. Empty for RAM and network file systems.
 * @param path of anything; where it does not exist, its nearest directory counts
 */
export async function drivesUnder(path: string): Promise<string[]> {
  return createDescent(await readMounts()).ofPath(path)
}

/** As `drivesUnder`, for many paths and mounts at one moment. */
export function createDescent(mounts: Mount[]) {
  return {
    ofPath: (path: string) => descend(mounts, (steps) => steps.addPath(path)),
    /** Of a mount that may be hidden under another at its place. */
    ofMount: (mount: Mount) => descend(mounts, (steps) => steps.addMount(mount)),
  }
}

interface Steps {
  addPath(path: string): Promise<void>
  addMount(mount: Mount): Promise<void>
}

async function descend(mounts: Mount[], begin: (steps: Steps) => Promise<void>): Promise<string[]> {
  const found = new Set<string>()
  const seen = new Set<string>()

  async function addPath(path: string): Promise<void> {
    const { real, stats } = await nearest(path)
    if (seen.has(real)) return
    seen.add(real)
    if (stats.isBlockDevice()) return addNumber(formatNumber(stats.rdev))
    const mount = mountOf(real, formatNumber(stats.dev), mounts)
    if (mount !== undefined) await addMount(mount)
  }

  async function addMount(mount: Mount): Promise<void> {
    if (!mount.number.startsWith('0:')) return addNumber(mount.number)
    for (const source of await sourcesOf(mount)) await addPath(source)
  }

  async function addNumber(number: string): Promise<void> {
    for (const directory of await bottomsOf(number)) {
      found.add(deviceOf(directory))
      const backing = await backingOf(directory)
      if (backing !== null) await addPath(backing)
    }
  }

  await begin({ addPath, addMount })
  return [...found]
}

/** The path itself, or the first directory above it that can be looked at: a mount whose server died cannot. */
async function nearest(path: string): Promise<{ real: string; stats: BigIntStats }> {
  try {
    const real = await realpath(path)
    return { real, stats: await stat(real, { bigint: true }) }
  } catch (error) {
    if (dirname(path) === path) throw error
    return nearest(dirname(path))
  }
}

/** The mount that a path lies in. A mount may hide another at the same place: the device number tells them apart. */
function mountOf(path: string, number: string, mounts: Mount[]): Mount | undefined {
  const around = mounts
    .filter(({ mountpoint }) => path === mountpoint || path.startsWith(mountpoint === '/' ? '/' : `${mountpoint}/`))
    // A stable sort: of mounts at one place, the last is on top.
    .toSorted((a, b) => a.mountpoint.length - b.mountpoint.length)
  return around.findLast((mount) => mount.number === number) ?? around.at(-1)
}

/** Paths of what a file system without a device number of its own lies on. */
async function sourcesOf({ fileSystem, source, options }: Mount): Promise<string[]> {
  if (fileSystem === 'overlay') {
    const layers = [...options.matchAll(/(?:^|,)(?:lowerdir|upperdir)\+?=([^,]*)/g)].map((match) => match[1] ?? '')
    return layers
      .flatMap((list) => list.split(/(?<!\\):+/))
      .filter((layer) => layer.startsWith('/'))
      .map((layer) => layer.replaceAll(/\\(.)/g, '$1'))
  }
  if (fileSystem === 'btrfs') return btrfsMembers(source)
  // bcachefs and mergerfs name several, with colons; ecryptfs and other layers name a directory.
  return source.split(':').filter((part) => part.startsWith('/'))
}

/** All devices of the btrfs that `source` belongs to; of every btrfs when it belongs to none ("/dev/root"). */
async function btrfsMembers(source: string): Promise<string[]> {
  const device = deviceOf(await realpath(source).catch(() => source))
  const systems = await readBtrfs()
  const own = systems.filter((members) => members.includes(device))
  return (own.length > 0 ? own : systems).flat()
}
