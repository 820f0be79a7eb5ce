import { join } from 'node:path'

/** Returns XDG variables that put Kindling's cache, settings and state below one directory. */
export function privateDirectories(home: string): Record<string, string> {
  return {
    XDG_CACHE_HOME: join(home, 'cache'),
    XDG_CONFIG_HOME: join(home, 'config'),
    XDG_STATE_HOME: join(home, 'state'),
  }
}
