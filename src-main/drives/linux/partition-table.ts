import { reasonOf } from '../../../src-shared/failure.ts'
import { runTool } from '../run-tool.ts'

/**
 * Asks the kernel to read a drive's partition table again; answers a warning, or null.
 *
 * partprobe first: it tells the kernel partition by partition, which works while the drive is held exclusively;
 * `blockdev --rereadpt` (BLKRRPART) gives EBUSY then, and EINVAL on drives that cannot have partitions.
 */
export async function rereadPartitionTable(device: string): Promise<string | null> {
  const warn = (error: unknown) =>
    `The system did not read the new partition table of ${device} (${reasonOf(error)}). Plug the drive out and in to see its partitions.`
  try {
    await runTool('partprobe', device)
    return null
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') return warn(error)
  }
  return runTool('blockdev', '--rereadpt', device).then(() => null, warn)
}
