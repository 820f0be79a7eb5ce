import { realpath } from 'node:fs/promises'
import { namesIn } from './sysfs.ts'

const directory = '/dev/disk/by-id'

/**
 * Returns the stable name of each device that has one. Names with a model are preferred to bare
 * numbers.
 */
export async function readByIds(): Promise<Map<string, string>> {
  const names = (await namesIn(directory)).toSorted((a, b) => Number(isBare(a)) - Number(isBare(b)) || (a < b ? -1 : 1))
  const found = new Map<string, string>()
  for (const name of names) {
    const path = `${directory}/${name}`
    const device = await realpath(path).catch(() => null)
    if (device !== null && !found.has(device)) found.set(device, path)
  }
  return found
}

const isBare = (name: string) => /^(wwn-|nvme-(eui|uuid|nvme)\.|scsi-[0-9S]|dm-uuid-|md-uuid-|lvm-pv-)/.test(name)
