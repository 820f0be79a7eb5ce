import { existsSync } from 'node:fs'
import { resolve } from 'node:path'

const directory = resolve(import.meta.dirname, '../../../../shared')

/**
 * Returns the path of a file of published stream metadata or public keys. These files may exist
 * next to the project. Returns null if the file is missing.
 * @param path – for example `streams/stable-2026-07.json`
 */
export function sharedFile(path: string): string | null {
  const file = resolve(directory, path)
  return existsSync(file) ? file : null
}

/**
 * Returns a test's name. If shared files are missing, the name includes the reason for skipping the
 * test.
 */
export function namedWithShared(name: string, ...paths: string[]): string {
  const absent = paths.filter((path) => sharedFile(path) === null)
  return absent.length === 0 ? name : `${name} (skipped: no ../shared/${absent.join(', ../shared/')})`
}
