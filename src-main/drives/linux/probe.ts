import { access } from 'node:fs/promises'
import { runTool } from '../run-tool.ts'
import { flatten, type BlockDevice } from './block-tree.ts'

/**
 * Adds labels and file systems on systems without udev (a container, a rescue system): lsblk reads
 * them only from the database of udev. Devices that this user may not read stay without.
 */
export async function probeContents(drives: BlockDevice[]): Promise<void> {
  const udev = await access('/run/udev/data').then(
    () => true,
    () => false,
  )
  const parts = drives.filter(({ size }) => size > 0).flatMap(flatten)
  if (udev || parts.length === 0) return
  // `-c /dev/null` disables the cache, which blkid would write to the system.
  const devices = parts.map((part) => part.device)
  const text = await runTool('blkid', '-c', '/dev/null', '-o', 'export', ...devices).catch(() => '')
  for (const block of text.split('\n\n')) {
    const values = new Map(block.split('\n').map((line) => [line.split('=')[0], line.slice(line.indexOf('=') + 1)]))
    for (const part of parts.filter(({ device }) => device === values.get('DEVNAME'))) {
      part.fileSystem ??= values.get('TYPE') ?? null
      part.label ??= values.get('LABEL') ?? values.get('PARTLABEL') ?? null
    }
  }
}
