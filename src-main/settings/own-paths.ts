import { homedir } from 'node:os'
import { join } from 'node:path'
import type { Paths } from '../ports.ts'

/**
 * Placeholder for a missing home directory. No system can create a directory there (ENOTDIR). Files
 * are therefore not stored, and the path in an error message shows the reason.
 */
const noHome = '/dev/null/no-home-directory'

/**
 * Returns the home directory. Returns null if neither HOME nor the user database has one, for
 * example in a container whose user has only a number.
 */
export function findHome(): string | null {
  try {
    return homedir()
  } catch {
    return null
  }
}

/**
 * Returns the folders of the cache, the settings and the state. On Linux they follow the XDG Base
 * Directory Specification. On macOS they are below ~/Library, on Windows below the two folders for
 * application data.
 */
export function ownPaths(
  platform: NodeJS.Platform = process.platform,
  env: NodeJS.ProcessEnv = process.env,
  home = findHome() ?? noHome,
): Paths {
  const name = 'kindling'
  if (platform === 'darwin') {
    const library = join(home, 'Library')
    return {
      cache: join(library, 'Caches', name),
      config: join(library, 'Preferences', name),
      state: join(library, 'Logs', name),
    }
  }
  if (platform === 'win32') {
    const local = join(env['LOCALAPPDATA'] || join(home, 'AppData', 'Local'), name)
    return {
      cache: join(local, 'Cache'),
      config: join(env['APPDATA'] || join(home, 'AppData', 'Roaming'), name, 'Config'),
      state: join(local, 'Log'),
    }
  }
  return {
    cache: join(env['XDG_CACHE_HOME'] || join(home, '.cache'), name),
    config: join(env['XDG_CONFIG_HOME'] || join(home, '.config'), name),
    state: join(env['XDG_STATE_HOME'] || join(home, '.local', 'state'), name),
  }
}

/** Returns whether a directory can never be created, because there is no home directory. */
export const isNowhere = (path: string): boolean => path.startsWith(noHome)
