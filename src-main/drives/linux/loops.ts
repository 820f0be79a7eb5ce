import { stat } from 'node:fs/promises'
import { z } from 'zod'
import { fileNumber } from '../file-number.ts'
import { runTool } from '../run-tool.ts'
import { joinNumber, namesIn, readAttribute } from './sysfs.ts'

export interface Loop {
  device: string
  /** Current path of the file or block device that stores its bytes. */
  backing: string
  /** `fileNumber` of the backing file; null if the system does not provide it. */
  number: string | null
}

/** The numbers of the latest `readNumbers`. A file that a loop device has open keeps its number. */
let known = new Map<string, string>()

/** Returns every loop device that is set up. */
export async function readLoops(): Promise<Loop[]> {
  const names = (await namesIn('/sys/block')).filter((name) => name.startsWith('loop'))
  const loops = (await Promise.all(names.map(readSetUp))).filter((loop) => loop !== null)
  const areKnown = loops.every(({ medium, mark }) => medium !== null && known.has(mark))
  const numbers = areKnown ? known : (known = await readNumbers(loops))
  return Promise.all(
    loops.map(async ({ device, backing, mark }) => ({
      device,
      backing,
      number: numbers.get(mark) ?? (await numberAt(backing)),
    })),
  )
}

interface SetUp extends Pick<Loop, 'device' | 'backing'> {
  /** diskseq, which is another one after each set-up; null before Linux 5.15. */
  medium: string | null
  /** Identifies this set-up of the loop device, if `medium` is known. */
  mark: string
}

/** Returns the set-up of a loop device, or null if it has none. */
async function readSetUp(name: string): Promise<SetUp | null> {
  const directory = `/sys/block/${name}`
  const [backing, medium] = await Promise.all([backingOf(directory), readAttribute(`${directory}/diskseq`)])
  return backing === null ? null : { device: `/dev/${name}`, backing, medium, mark: `${name} ${medium} ${backing}` }
}

const numberAt = (path: string) =>
  stat(path, { bigint: true }).then(
    (stats) => (stats.isFile() ? fileNumber(stats) : null),
    () => null,
  )

const listed = z.object({
  loopdevices: z.array(
    z.object({
      name: z.string(),
      'back-ino': z.coerce.bigint().nullable(),
      'back-maj:min': z.string().nullable(),
    }),
  ),
})

/**
 * Returns the `fileNumber` of the backing file of each loop device, by `mark`. The kernel reports
 * it only to users that may open the loop device. It is valid even if the path does not lead to the
 * file. The file may be removed, hidden by a mount, or in another mount namespace.
 */
async function readNumbers(loops: SetUp[]): Promise<Map<string, string>> {
  const found = new Map<string, string>()
  if (loops.length === 0) return found
  const text = await runTool('losetup', '--list', '--json', '--output', 'NAME,BACK-INO,BACK-MAJ:MIN').catch(() => '')
  if (text === '') return found
  for (const { name, 'back-ino': inode, 'back-maj:min': device } of listed.parse(JSON.parse(text)).loopdevices) {
    const mark = loops.find((loop) => loop.device === name)?.mark
    if (mark === undefined || inode === null || device === null) continue
    found.set(mark, fileNumber({ dev: joinNumber(device.trim()), ino: inode }))
  }
  return found
}

/**
 * Returns the file or device that stores the bytes of a loop device, or that a zram device writes
 * back to (Documentation/admin-guide/blockdev/zram.rst). Null for any other device.
 * @param directory – the device's directory in sysfs
 */
export async function backingOf(directory: string): Promise<string | null> {
  const written = await readAttribute(`${directory}/backing_dev`)
  if (written !== null && written !== 'none') return written
  const backing = await readAttribute(`${directory}/loop/backing_file`)
  // The kernel appends this to the path of a removed file.
  return backing?.replace(/ \(deleted\)$/, '') ?? null
}

/**
 * Returns true if a drive is a loop device that reads its file through the page cache. If the loop
 * device itself does not use direct I/O, O_DIRECT has no effect below it
 * (Documentation/ABI/testing/sysfs-block-loop).
 * @param number – major and minor number, `7:0`
 */
export const isCachedLoop = async (number: string): Promise<boolean> =>
  (await readAttribute(`/sys/dev/block/${number}/loop/dio`)) === '0'
