import { readFile, readlink, readdir } from 'node:fs/promises'
import { say } from '../../../src-shared/phrases.ts'
import { parseMounts } from './mounts.ts'
import { readAttribute } from './sysfs.ts'

/**
 * Mounts of devices that only other processes see, in words: a service or a sandbox with a mount namespace of its own keeps what
 * was mounted when it started, and with it the drive. As far as this user may look.
 * @param numbers `8:17`
 */
export async function findMountsElsewhere(numbers: Set<string>): Promise<string[]> {
  const namespaceOf = (id: string) => readlink(`/proc/${id}/ns/mnt`).catch(() => null)
  const seen = new Set([await namespaceOf('self'), null])
  const found: string[] = []
  for (const id of (await readdir('/proc')).filter((name) => /^\d+$/.test(name))) {
    const namespace = await namespaceOf(id)
    if (seen.has(namespace)) continue
    seen.add(namespace)
    const mounts = parseMounts(await readFile(`/proc/${id}/mountinfo`, 'utf8').catch(() => ''))
    const places = mounts.filter(({ number }) => numbers.has(number)).map(({ mountpoint }) => mountpoint)
    const name = (await readAttribute(`/proc/${id}/comm`)) ?? id
    found.push(...places.map((place) => say('mounted-for-process', { program: name, id, place })))
  }
  return found
}
