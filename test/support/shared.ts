import { existsSync } from 'node:fs'
import { resolve } from 'node:path'

const directory = resolve(import.meta.dirname, '../../../shared')

/**
 * A file of published stream metadata or public keys that may lie beside the project, null where it does not.
 * @param path for example `streams/stable-2026-07.json`
 */
export function sharedFile(path: string): string | null {
  const file = resolve(directory, path)
  return existsSync(file) ? file : null
}

/** A test's name with, where shared files are absent, the reason why it is skipped. */
export function namedWithShared(name: string, ...paths: string[]): string {
  const absent = paths.filter((path) => sharedFile(path) === null)
  return absent.length === 0 ? name : `${name} (skipped: no ../shared/${absent.join(', ../shared/')})`
}
