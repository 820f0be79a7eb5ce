import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'

/**
 * Returns the directory of package.json, in a package and in the sources. This code runs from its
 * own file or from a bundle.
 */
function findRoot(directory: string = import.meta.dirname): string {
  return existsSync(join(directory, 'package.json')) ? directory : findRoot(dirname(directory))
}

/**
 * Reads a file that was packaged with the program. Returns null if it cannot be read.
 * @param path – relative to the program's root
 */
export function readPackaged(path: string): string | null {
  try {
    return readFileSync(join(findRoot(), path), 'utf8')
  } catch {
    return null
  }
}

/**
 * Lists a directory that was packaged with the program. Returns an empty list if it does not exist.
 * @param path – relative to the program's root
 */
export function listPackaged(path: string): string[] {
  try {
    return readdirSync(join(findRoot(), path))
  } catch {
    return []
  }
}

/** Returns the armored block of a packaged Fedora key, or null. */
export const readBundledKey = async (fingerprint: string): Promise<string | null> =>
  readPackaged(`keys/${fingerprint}.asc`)

/**
 * Returns the commit that the package was built from; null if the program runs from its sources.
 */
export function packagedCommit(): string | null {
  const manifest = JSON.parse(readPackaged('package.json') ?? '{}') as { commit?: string }
  return manifest.commit ?? null
}
