import { readFileSync, readlinkSync } from 'node:fs'
import { readdir, stat } from 'node:fs/promises'
import { say, type Phrase } from '../../../src-shared/phrases.ts'
import { fileNumber } from '../file-number.ts'
import { namesIn, readAttribute } from './sysfs.ts'

/** A process that has a file open. */
export interface Opener {
  /** The path or `fileNumber` that was searched for. */
  what: string
  /** Text for users: `dd (process 4711)`. */
  process: Phrase
  writes: boolean
  /** True if the process is this one, which is no obstacle to itself. */
  own: boolean
}

/**
 * Finds the processes that have one of these devices or files open, as far as this user may see
 * them. Exclusive opening is not visible: the kernel drops O_EXCL from the flags once a file is
 * open.
 * @param paths – the path of each device
 * @param files – the `fileNumber` of each file. It may be open under any name.
 */
export async function readOpeners(paths: ReadonlySet<string>, files: ReadonlySet<string>): Promise<Opener[]> {
  const searched = { paths, files, inodes: new Set([...files].map((number) => number.split(':')[1]!)) }
  const ids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name))
  return (await Promise.all(ids.map((id) => openedBy(id, searched)))).flat()
}

/**
 * Returns the names of programs that keep a mount from being unmounted, as text for users. They
 * have a file below it open, run from it, or work in it. Only root sees the programs of other
 * users.
 */
export async function readMountUsers(mountpoint: string): Promise<Phrase[]> {
  const isBelow = (path: string) => path === mountpoint || path.startsWith(`${mountpoint}/`)
  const ids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name))
  const found = ids.map(async (id) => {
    const descriptors = (await namesIn(`/proc/${id}/fd`)).map((name) => `fd/${name}`)
    // Reads synchronously, as in `openedBy`.
    const links = ['cwd', 'root', 'exe', ...descriptors].map((name) => `/proc/${id}/${name}`)
    if (!links.some((link) => isBelow(emptyIfGone(() => readlinkSync(link))))) return []
    return [nameProcess(await readAttribute(`/proc/${id}/comm`), id)]
  })
  return (await Promise.all(found)).flat()
}

interface Searched {
  paths: ReadonlySet<string>
  files: ReadonlySet<string>
  /** The inode numbers of `files`. */
  inodes: ReadonlySet<string>
}

async function openedBy(id: string, searched: Searched): Promise<Opener[]> {
  const found = new Map<string, boolean>()
  for (const descriptor of await namesIn(`/proc/${id}/fd`)) {
    const link = `/proc/${id}/fd/${descriptor}`
    // Synchronous: the kernel answers both calls from memory, and the thread pool would take many
    // times as long.
    const about = () => emptyIfGone(() => readFileSync(`/proc/${id}/fdinfo/${descriptor}`, 'utf8'))
    const path = emptyIfGone(() => readlinkSync(link))
    const what = searched.paths.has(path) ? path : await findFile(path, link, about, searched)
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

/**
 * Returns the `fileNumber` of an open file if it is searched for, otherwise null.
 * @param link – path in /proc. Following it leads to the open file.
 * @param about – reads the flags and inode of the descriptor (proc_pid_fdinfo(5))
 */
async function findFile(
  path: string,
  link: string,
  about: () => string,
  { files, inodes }: Searched,
): Promise<string | null> {
  // Pipes, sockets and the like have no path.
  if (files.size === 0 || !path.startsWith('/')) return null
  // The `ino` field of fdinfo exists since Linux 5.14. It is compared first, because stat(2) could
  // hang if the server of the file has died (NFS, FUSE).
  const inode = /^ino:\s*(\d+)/m.exec(about())?.[1]
  if (inode !== undefined && !inodes.has(inode)) return null
  const number = await stat(link, { bigint: true }).then(fileNumber, () => '')
  return files.has(number) ? number : null
}

/** Returns an empty text if the read fails: a process may end, or close a file, at any moment. */
function emptyIfGone(read: () => string): string {
  try {
    return read()
  } catch {
    return ''
  }
}

const nameProcess = (program: string | null, id: string): Phrase =>
  program === null ? say('some-process', { id }) : say('a-process', { program, id })
