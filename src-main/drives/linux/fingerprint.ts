import { readFile, stat } from 'node:fs/promises'
import { readAttribute } from './sysfs.ts'

/** Text that changes when drives, partitions, media, mounts, swap or what udev knows of them change. Takes a millisecond. */
export async function readFingerprint(): Promise<string> {
  // One file has the names and sizes of all that has a medium; what has none is no drive yet.
  const partitions = await readFile('/proc/partitions', 'utf8')
  const names = partitions.split('\n').flatMap((line) => /^\s*\d+\s+\d+\s+\d+\s+(\S+)$/.exec(line)?.[1] ?? [])
  const [blocks, mounts, swaps, udev] = await Promise.all([
    Promise.all(
      names.map(async (name) => {
        // sysfs writes ! for the slash of a name.
        const directory = `/sys/class/block/${name.replaceAll('/', '!')}`
        const [readOnly, medium] = await Promise.all(
          ['ro', 'diskseq'].map((attribute) => readAttribute(`${directory}/${attribute}`)),
        )
        return `${name} ${readOnly} ${medium}`
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
  return [partitions, ...blocks.toSorted(), mounts, swaps.replaceAll(/\s+\d+\s+\d+\s+-?\d+$/gm, ''), udev].join('\n')
}
