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

/** Returns every loop device that is set up. */
export async function readLoops(): Promise<Loop[]> {
  const names = (await namesIn('/sys/block')).filter((name) => name.startsWith('loop'))
  const all = await Promise.all(
    names.map(async (name) => ({ device: `/dev/${name}`, backing: await backingOf(`/sys/block/${name}`) })),
  )
  const loops = all.flatMap(({ device, backing }) => (backing === null ? [] : [{ device, backing }]))
  if (loops.length === 0) return []
  const numbers = await readNumbers()
  return Promise.all(
    loops.map(async (loop) => ({ ...loop, number: numbers.get(loop.device) ?? (await numberAt(loop.backing)) })),
  )
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
 * Returns the `fileNumber` of the backing file of each loop device. The kernel reports it only to
 * users that may open the loop device. It is valid even if the path does not lead to the file. The
 * file may be removed, hidden by a mount, or in another mount namespace.
 */
async function readNumbers(): Promise<Map<string, string>> {
  const found = new Map<string, string>()
  const text = await runTool('losetup', '--list', '--json', '--output', 'NAME,BACK-INO,BACK-MAJ:MIN').catch(() => '')
  if (text === '') return found
  for (const { name, 'back-ino': inode, 'back-maj:min': device } of listed.parse(JSON.parse(text)).loopdevices)
    if (inode !== null && device !== null) found.set(name, fileNumber({ dev: joinNumber(device.trim()), ino: inode }))
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
