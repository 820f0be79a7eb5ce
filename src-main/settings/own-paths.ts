import { homedir } from 'node:os'
import { join } from 'node:path'
import type { Paths } from '../ports.ts'

/**
 * Stands for a home directory where there is none. No system makes a directory there (ENOTDIR), so
 * that whatever would be kept is not, and an error that names the path says why.
 */
const noHome = '/dev/null/no-home-directory'

/**
 * Null where neither HOME nor the list of users names one, as in a container whose user has only a
 * number.
 */
export function findHome(): string | null {
  try {
    return homedir()
  } catch {
    return null
  }
}

/**
 * Folders of the cache, the settings and the state: on Linux as the XDG Base Directory
 * Specification has it, on macOS below ~/Library, on Windows below the two folders for programs'
 * data.
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

/** Whether a directory can never be made, for want of a home directory. */
export const isNowhere = (path: string): boolean => path.startsWith(noHome)
