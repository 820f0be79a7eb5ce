import { readFile, stat } from 'node:fs/promises'
import { readAttribute } from './sysfs.ts'

/**
 * Returns a text that changes when drives, partitions, media, mounts, swap or the data of udev
 * change. Takes a millisecond.
 */
export async function readFingerprint(): Promise<string> {
  // /proc/partitions has the names and sizes of all devices with a medium. A device without a
  // medium does not count as a drive yet.
  const partitions = await readFile('/proc/partitions', 'utf8')
  const names = partitions.split('\n').flatMap((line) => /^\s*\d+\s+\d+\s+\d+\s+(\S+)$/.exec(line)?.[1] ?? [])
  const [blocks, mounts, swaps, udev] = await Promise.all([
    Promise.all(
      names.map(async (name) => {
        // sysfs writes ! for a slash in a name.
        const directory = `/sys/class/block/${name.replaceAll('/', '!')}`
        const [readOnly, medium] = await Promise.all(
          ['ro', 'diskseq'].map((attribute) => readAttribute(`${directory}/${attribute}`)),
        )
        return `${name} ${readOnly} ${medium}`
      }),
    ),
    readFile('/proc/self/mountinfo', 'utf8'),
    readFile('/proc/swaps', 'utf8').catch(() => ''),
    // udev reads serial numbers and labels a moment after a drive appears, and stores them in files
    // here.
    stat('/run/udev/data').then(
      ({ mtimeMs }) => mtimeMs,
      () => 0,
    ),
  ])
  return [partitions, ...blocks.toSorted(), mounts, swaps.replaceAll(/\s+\d+\s+\d+\s+-?\d+$/gm, ''), udev].join('\n')
}
