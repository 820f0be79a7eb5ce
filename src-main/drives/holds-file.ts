import { lstat, readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { fileNumber } from './file-number.ts'

/**
 * Returns true if a path leads to one of these files, or to a directory that contains one at any
 * depth.
 * @param numbers – `fileNumber` of each file
 */
export async function holdsFile(path: string, numbers: ReadonlySet<string>): Promise<boolean> {
  const found = await stat(path, { bigint: true }).catch(() => null)
  if (found === null) return false
  if (!found.isDirectory()) return numbers.has(fileNumber(found))
  const names = await readdir(path, { recursive: true }).catch(() => [])
  for (const name of names) {
    const inside = await lstat(join(path, name), { bigint: true }).catch(() => null)
    if (inside?.isFile() && numbers.has(fileNumber(inside))) return true
  }
  return false
}
