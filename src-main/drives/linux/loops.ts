import { namesIn, readAttribute } from './sysfs.ts'

export interface Loop {
  device: string
  /** The file or block device that holds its bytes. */
  backing: string
}

/** Every loop device that is set up. */
export async function readLoops(): Promise<Loop[]> {
  const names = (await namesIn('/sys/block')).filter((name) => name.startsWith('loop'))
  const loops = await Promise.all(
    names.map(async (name) => ({ device: `/dev/${name}`, backing: await backingOf(`/sys/block/${name}`) })),
  )
  return loops.filter((loop): loop is Loop => loop.backing !== null)
}

/**
 * What a loop device's bytes lie on, or what a zram device writes back to (Documentation/admin-guide/blockdev/zram.rst); null for
 * any other device.
 * @param directory of sysfs
 */
export async function backingOf(directory: string): Promise<string | null> {
  const written = await readAttribute(`${directory}/backing_dev`)
  if (written !== null && written !== 'none') return written
  const backing = await readAttribute(`${directory}/loop/backing_file`)
  // The kernel appends this to the path of a file that was removed.
  return backing?.replace(/ \(deleted\)$/, '') ?? null
}
