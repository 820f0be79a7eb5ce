import { open, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { mib } from '../support/files/mib.ts'

const page = 4096

/**
 * Yields the bytes of a directory's regular files in the order of their paths. Each file is padded
 * with zeros to a whole page, as on a disk. After the last file all come again, with one byte
 * changed in each MiB, indefinitely.
 * @throws Error if there is no readable file
 */
export async function* filesOf(directory: string): AsyncGenerator<Buffer, never> {
  for (let pass = 0; ; pass++) {
    let found = 0
    for await (const path of walk(directory))
      for await (const part of readPages(path)) {
        part[0] = (part[0]! + pass) & 0xff
        found += part.length
        yield part
      }
    if (found === 0) throw new Error(`There is no file to read in ${directory}`)
  }
}

async function* walk(directory: string): AsyncGenerator<string> {
  const entries = await readdir(directory, { withFileTypes: true }).catch(() => [])
  entries.sort((a, b) => (a.name < b.name ? -1 : 1))
  for (const entry of entries) {
    const path = join(directory, entry.name)
    if (entry.isDirectory()) yield* walk(path)
    else if (entry.isFile()) yield path
  }
}

/** Yields a file in parts, padded to whole pages. A file that cannot be read yields nothing. */
async function* readPages(path: string): AsyncGenerator<Buffer> {
  const file = await open(path).catch(() => null)
  try {
    while (file !== null) {
      const part = Buffer.alloc(mib)
      let filled = 0
      while (filled < mib) {
        const { bytesRead } = await file.read(part, filled, mib - filled).catch(() => ({ bytesRead: 0 }))
        if (bytesRead === 0) break
        filled += bytesRead
      }
      if (filled > 0) yield part.subarray(0, Math.ceil(filled / page) * page)
      if (filled < mib) return
    }
  } finally {
    await file?.close()
  }
}
