import { readFile, readlink, readdir } from 'node:fs/promises'
import { say, type Phrase } from '../../../src-shared/phrases.ts'
import { parseMounts } from './mounts.ts'
import { readAttribute } from './sysfs.ts'

/**
 * Returns mounts of devices that only other processes see, as text for users. A service or sandbox
 * with its own mount namespace keeps the mounts that existed when it started, and with them the
 * drive. Covers only processes that this user may inspect.
 * @param numbers – major and minor numbers, `8:17`
 */
export async function findMountsInNamespaces(numbers: Set<string>): Promise<Phrase[]> {
  const namespaceOf = (id: string) => readlink(`/proc/${id}/ns/mnt`).catch(() => null)
  const seen = new Set([await namespaceOf('self'), null])
  const found: Phrase[] = []
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
