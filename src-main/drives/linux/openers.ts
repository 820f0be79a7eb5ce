import { readFileSync, readlinkSync } from 'node:fs'
import { readdir, stat } from 'node:fs/promises'
import { say } from '../../../src-shared/phrases.ts'
import { fileNumber } from '../file-number.ts'
import { namesIn, readAttribute } from './sysfs.ts'

/** A process that has a file open. */
export interface Opener {
  /** The path or `fileNumber` that was asked for. */
  what: string
  /** For people: `dd (process 4711)`. */
  process: string
  writes: boolean
  /** It is this process: not in its own way. */
  own: boolean
}

/**
 * Who has one of these paths open, as far as this user may see. Whether it was opened exclusively cannot be seen: the
 * kernel forgets O_EXCL once a file is open.
 */
export const readOpeners = (paths: ReadonlySet<string>): Promise<Opener[]> =>
  readAll(async ({ path }) => (paths.has(path) ? path : null))

/**
 * Processes that have one of these files open under any name, as far as this user may see.
 * @param files their `fileNumber`s
 */
export function readFileOpeners(files: ReadonlySet<string>): Promise<Opener[]> {
  const inodes = new Set([...files].map((number) => number.split(':')[1]))
  return readAll(async ({ path, link, about }) => {
    // Pipes, sockets and the like have no path.
    if (!path.startsWith('/')) return null
    // Since Linux 5.14. Asking the file itself could hang where its server is gone (NFS, FUSE).
    const inode = /^ino:\s*(\d+)/m.exec(about())?.[1]
    if (inode !== undefined && !inodes.has(inode)) return null
    const number = await stat(link, { bigint: true }).then(fileNumber, () => '')
    return files.has(number) ? number : null
  })
}

/**
 * Names the programs that keep a mount from being unmounted, for people: they have a file below it
 * open, run from it or work in it. Programs of other users are seen by root alone.
 */
export async function readMountUsers(mountpoint: string): Promise<string[]> {
  const isBelow = (path: string) => path === mountpoint || path.startsWith(`${mountpoint}/`)
  const ids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name))
  const found = ids.map(async (id) => {
    const descriptors = (await namesIn(`/proc/${id}/fd`)).map((name) => `fd/${name}`)
    // Read in this thread, as in `openedBy`.
    const links = ['cwd', 'root', 'exe', ...descriptors].map((name) => `/proc/${id}/${name}`)
    if (!links.some((link) => isBelow(emptyIfGone(() => readlinkSync(link))))) return []
    return [nameProcess(await readAttribute(`/proc/${id}/comm`), id)]
  })
  return (await Promise.all(found)).flat()
}

interface Descriptor {
  path: string
  /** In /proc; following it leads to the open file. */
  link: string
  /** Reads its flags and inode (proc_pid_fdinfo(5)). */
  about(): string
}

/** @param match – returns the matching path or `fileNumber`, or null */
async function readAll(match: (descriptor: Descriptor) => Promise<string | null>): Promise<Opener[]> {
  const ids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name))
  return (await Promise.all(ids.map((id) => openedBy(id, match)))).flat()
}

async function openedBy(id: string, match: (descriptor: Descriptor) => Promise<string | null>): Promise<Opener[]> {
  const found = new Map<string, boolean>()
  for (const descriptor of await namesIn(`/proc/${id}/fd`)) {
    const link = `/proc/${id}/fd/${descriptor}`
    // The kernel answers both from memory: a call through the thread pool takes many times as long.
    const about = () => emptyIfGone(() => readFileSync(`/proc/${id}/fdinfo/${descriptor}`, 'utf8'))
    const what = await match({ path: emptyIfGone(() => readlinkSync(link)), link, about })
    if (what === null) continue
    const flags = parseInt(/^flags:\s*(\d+)/m.exec(about())?.[1] ?? '0', 8)
    // O_WRONLY is 1, O_RDWR is 2.
    found.set(what, (found.get(what) ?? false) || (flags & 3) !== 0)
  }
  if (found.size === 0) return []
  const name = nameProcess(await readAttribute(`/proc/${id}/comm`), id)
  const own = Number(id) === process.pid
  return [...found].map(([what, writes]) => ({ what, process: name, writes, own }))
}

/** A process may end, or close a file, at any moment. */
function emptyIfGone(read: () => string): string {
  try {
    return read()
  } catch {
    return ''
  }
}

const nameProcess = (program: string | null, id: string): string =>
  program === null ? say('some-process', { id }) : say('a-process', { program, id })
