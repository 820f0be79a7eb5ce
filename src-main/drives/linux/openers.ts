import { readFile, readdir, readlink } from 'node:fs/promises'
import { say } from '../../../src-shared/phrases.ts'
import { namesIn, readAttribute } from './sysfs.ts'

/** A process that has a file open. */
export interface Opener {
  path: string
  /** For people: `dd (process 4711)`. */
  process: string
  writes: boolean
}

/**
 * Who has one of these paths open, as far as this user may see. Whether it was opened exclusively cannot be seen: the
 * kernel forgets O_EXCL once a file is open.
 */
export async function readOpeners(paths: Set<string>): Promise<Opener[]> {
  const ids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name))
  return (await Promise.all(ids.map((id) => openedBy(id, paths)))).flat()
}

/**
 * Names the programs that keep a mount from being unmounted, for people: they have a file below it open, run from it or work in it.
 * Programs of other users are seen by root alone.
 */
export async function readMountUsers(mountpoint: string): Promise<string[]> {
  const isBelow = (path: string) => path === mountpoint || path.startsWith(`${mountpoint}/`)
  const ids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name))
  const found = ids.map(async (id) => {
    const descriptors = (await namesIn(`/proc/${id}/fd`)).map((name) => `fd/${name}`)
    const links = ['cwd', 'root', 'exe', ...descriptors].map((name) => readlink(`/proc/${id}/${name}`).catch(() => ''))
    if (!(await Promise.all(links)).some(isBelow)) return []
    return [nameProcess(await readAttribute(`/proc/${id}/comm`), id)]
  })
  return (await Promise.all(found)).flat()
}

async function openedBy(id: string, paths: Set<string>): Promise<Opener[]> {
  const found = new Map<string, boolean>()
  for (const descriptor of await namesIn(`/proc/${id}/fd`)) {
    const path = await readlink(`/proc/${id}/fd/${descriptor}`).catch(() => '')
    if (!paths.has(path)) continue
    const about = await readFile(`/proc/${id}/fdinfo/${descriptor}`, 'utf8').catch(() => '')
    const flags = parseInt(/^flags:\s*(\d+)/m.exec(about)?.[1] ?? '0', 8)
    // O_WRONLY is 1, O_RDWR is 2. This process is not in its own way: a drive that it writes is no drive that others use.
    found.set(path, (found.get(path) ?? false) || ((flags & 3) !== 0 && Number(id) !== process.pid))
  }
  if (found.size === 0) return []
  const name = await readAttribute(`/proc/${id}/comm`)
  return [...found].map(([path, writes]) => ({ path, process: nameProcess(name, id), writes }))
}

const nameProcess = (program: string | null, id: string): string =>
  program === null ? say('some-process', { id }) : say('a-process', { program, id })
