import { readFile, stat } from 'node:fs/promises'
import { namesIn, readAttribute } from './sysfs.ts'

/** Text that changes when drives, partitions, media, mounts, swap or what udev knows of them change. Takes a millisecond. */
export async function readFingerprint(): Promise<string> {
  const names = await namesIn('/sys/class/block')
  const [blocks, mounts, swaps, udev] = await Promise.all([
    Promise.all(
      names.map(async (name) => {
        const [size, readOnly, medium] = await Promise.all(
          ['size', 'ro', 'diskseq'].map((attribute) => readAttribute(`/sys/class/block/${name}/${attribute}`)),
        )
        return `${name} ${size} ${readOnly} ${medium}`
      }),
    ),
    readFile('/proc/self/mountinfo', 'utf8'),
    readFile('/proc/swaps', 'utf8').catch(() => ''),
    // udev learns serials and labels a moment after a drive appears, and keeps them in files here.
    stat('/run/udev/data').then(
      ({ mtimeMs }) => mtimeMs,
      () => 0,
    ),
  ])
  return [...blocks.toSorted(), mounts, swaps.replaceAll(/\s+\d+\s+\d+\s+-?\d+$/gm, ''), udev].join('\n')
}
