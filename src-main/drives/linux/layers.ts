import type { BigIntStats } from 'node:fs'
import { realpath, stat } from 'node:fs/promises'
import { dirname, join, relative, resolve } from 'node:path'
import { fileNumber } from '../file-number.ts'
import { readBtrfs } from './btrfs.ts'
import { backingOf, readLoops, type Loop } from './loops.ts'
import { readMounts, type Mount } from './mounts.ts'
import { bottomsOf, deviceOf, formatNumber } from './sysfs.ts'

/**
 * All drives and files that certain bytes are stored in. Writing to any of them may change these
 * bytes.
 */
export interface Layers {
  /** Device names of whole drives: `/dev/sda`, `/dev/loop3`. */
  devices: Set<string>
  /**
   * `fileNumber` of the file itself, of each file behind a loop device below it, and of each file
   * that is mounted.
   */
  files: Set<string>
}

/**
 * Returns the drives and files below a path, through partitions, mappings, arrays, btrfs members,
 * overlays and loop devices. Files are compared by device and inode, so that hard links and bind
 * mounts count as one file. Empty for RAM and network file systems.
 * @param path – any path; if it does not exist, its nearest existing parent directory counts
 */
export const layersOf = async (path: string): Promise<Layers> => (await readDescent()).ofPath(path)

export type Descent = ReturnType<typeof createDescent>

export const readDescent = async (): Promise<Descent> =>
  createDescent(...(await Promise.all([readMounts(), readLoops()])))

/**
 * Works as `layersOf`, for many paths and mounts from one snapshot of the mounts and loop devices.
 */
function createDescent(mounts: Mount[], loops: Loop[]) {
  return {
    mounts,
    loops,
    ofPath: (path: string) => descend(mounts, loops, (steps) => steps.addPath(path)),
    /** Returns the layers of a mount, even if another mount at the same place hides it. */
    ofMount: (mount: Mount) => descend(mounts, loops, (steps) => steps.addMount(mount, '')),
  }
}

interface Steps {
  addPath(path: string): Promise<void>
  /**
   * @param below – path of a file relative to the root of the mounted file system, without a
   * leading slash
   */
  addMount(mount: Mount, below: string): Promise<void>
}

async function descend(mounts: Mount[], loops: Loop[], begin: (steps: Steps) => Promise<void>): Promise<Layers> {
  const layers: Layers = { devices: new Set(), files: new Set() }
  const seen = new Set<string>()

  async function addPath(path: string): Promise<void> {
    const { real, stats } = await nearest(path)
    if (seen.has(real)) return
    seen.add(real)
    if (stats.isBlockDevice()) return addNumber(formatNumber(stats.rdev))
    if (stats.isFile()) layers.files.add(fileNumber(stats))
    const mount = mountOf(real, formatNumber(stats.dev), mounts)
    if (mount !== undefined) await addMount(mount, join(mount.root, relative(mount.mountpoint, real)).slice(1))
  }

  async function addMount(mount: Mount, below: string): Promise<void> {
    if (!mount.number.startsWith('0:')) return addNumber(mount.number)
    for (const source of await sourcesOf(mount)) await addPath(resolve(source, below))
  }

  async function addNumber(number: string): Promise<void> {
    for (const directory of await bottomsOf(number)) {
      const device = deviceOf(directory)
      layers.devices.add(device)
      const backing = await backingOf(directory)
      if (backing === null) continue
      const file = loops.find((loop) => loop.device === device)?.number
      if (file) layers.files.add(file)
      await addPath(backing)
    }
  }

  await begin({ addPath, addMount })
  return layers
}

/**
 * Returns the path itself, or its nearest parent directory that stat(2) can read. A mount whose
 * server has died cannot be read.
 */
async function nearest(path: string): Promise<{ real: string; stats: BigIntStats }> {
  try {
    const real = await realpath(path)
    return { real, stats: await stat(real, { bigint: true }) }
  } catch (error) {
    if (dirname(path) === path) throw error
    return nearest(dirname(path))
  }
}

/**
 * Returns the mount that contains a path. A mount may hide another at the same place: the device
 * number distinguishes them.
 */
function mountOf(path: string, number: string, mounts: Mount[]): Mount | undefined {
  const around = mounts
    .filter(({ mountpoint }) => path === mountpoint || path.startsWith(mountpoint === '/' ? '/' : `${mountpoint}/`))
    // The sort is stable: of several mounts at one place, the last is on top.
    .toSorted((a, b) => a.mountpoint.length - b.mountpoint.length)
  return around.findLast((mount) => mount.number === number) ?? around.at(-1)
}

/** Returns the devices and directories below a file system that has no device number of its own. */
async function sourcesOf({ fileSystem, source, options }: Mount): Promise<string[]> {
  if (fileSystem === 'overlay') {
    const layers = [...options.matchAll(/(?:^|,)(?:lowerdir|upperdir)\+?=([^,]*)/g)].map((match) => match[1] ?? '')
    return layers
      .flatMap((list) => list.split(/(?<!\\):+/))
      .filter((layer) => layer.startsWith('/'))
      .map((layer) => layer.replaceAll(/\\(.)/g, '$1'))
  }
  if (fileSystem === 'btrfs') return btrfsMembers(source)
  // bcachefs and mergerfs list several sources, separated by colons. ecryptfs and other stacked
  // file systems have a directory as source.
  return source.split(':').filter((part) => part.startsWith('/'))
}

/**
 * Returns all devices of the btrfs that `source` belongs to. If it belongs to no btrfs
 * ("/dev/root"), returns the devices of every btrfs.
 */
async function btrfsMembers(source: string): Promise<string[]> {
  const device = deviceOf(await realpath(source).catch(() => source))
  const systems = await readBtrfs()
  const own = systems.filter((members) => members.includes(device))
  return (own.length > 0 ? own : systems).flat()
}
