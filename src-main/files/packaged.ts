import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'

/** Where package.json is, for a package as for the sources: this runs from a file or from a bundle of many. */
function findRoot(directory: string = import.meta.dirname): string {
  return existsSync(join(directory, 'package.json')) ? directory : findRoot(dirname(directory))
}

/** A file that packaging put beside the program, or null. @param path below the program's root */
export function readPackaged(path: string): string | null {
  try {
    return readFileSync(join(findRoot(), path), 'utf8')
  } catch {
    return null
  }
}

/** The names in a directory that packaging put beside the program; none when there is none. @param path below the program's root */
export function listPackaged(path: string): string[] {
  try {
    return readdirSync(join(findRoot(), path))
  } catch {
    return []
  }
}

/** The block of a Fedora key, where it was packaged. */
export const readBundledKey = async (fingerprint: string): Promise<string | null> =>
  readPackaged(`keys/${fingerprint}.asc`)

/** The commit that a package was made of, null for one that runs from its sources. */
export function packagedCommit(): string | null {
  const manifest = JSON.parse(readPackaged('package.json') ?? '{}') as { commit?: string }
  return manifest.commit ?? null
}
