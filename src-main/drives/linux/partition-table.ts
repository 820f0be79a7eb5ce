import { access } from 'node:fs/promises'
import { reasonOf } from '../../../src-shared/failure.ts'
import { say, type Phrase } from '../../../src-shared/phrases.ts'
import { runTool } from '../run-tool.ts'
import { deviceOf, namesIn, readAttribute } from './sysfs.ts'

/**
 * Asks the kernel to read the partition table of a drive again, and waits until the partitions can
 * be used.
 *
 * partprobe is tried first. It informs the kernel of each partition separately, which works while
 * the drive is open exclusively. `blockdev --rereadpt` (BLKRRPART) fails with EBUSY then, and with
 * EINVAL on drives that cannot have partitions.
 * @returns a warning, or null
 */
export async function rereadPartitionTable(device: string): Promise<Phrase | null> {
  const warn = (error: unknown) => say('table-not-reread', { device, reason: reasonOf(error) })
  const warning = await runTool('partprobe', device)
    .catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'ENOENT') throw error
      return runTool('blockdev', '--rereadpt', device)
    })
    .then(() => null, warn)
  return warning ?? settle(device)
}

/**
 * Waits until udev, if present, has named the partitions. Returns a warning if a partition of the
 * kernel has no device node.
 */
async function settle(device: string): Promise<Phrase | null> {
  await runTool('udevadm', 'settle', '--timeout=10').catch(() => undefined)
  const directory = `/sys/class/block/${device.slice('/dev/'.length).replaceAll('/', '!')}`
  const names = await namesIn(directory)
  const partitions = await Promise.all(
    names.map(async (name) =>
      (await readAttribute(`${directory}/${name}/partition`)) === null ? [] : [deviceOf(name)],
    ),
  )
  const absent = await Promise.all(
    partitions.flat().map((node) =>
      access(node).then(
        () => [],
        () => [node],
      ),
    ),
  )
  return absent.flat().length === 0 ? null : say('no-node-for', { devices: absent.flat().join(', ') })
}
