import { deviceOf, namesIn } from './sysfs.ts'

/** Returns the devices of each mounted btrfs. */
export async function readBtrfs(): Promise<string[][]> {
  const systems = await namesIn('/sys/fs/btrfs')
  const members = await Promise.all(systems.map((id) => namesIn(`/sys/fs/btrfs/${id}/devices`)))
  return members.filter((names) => names.length > 0).map((names) => names.map((name) => deviceOf(name)))
}
