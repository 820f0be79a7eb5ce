import { join } from 'node:path'

/** The XDG variables that keep what Kindling remembers below one directory. */
export function privateDirectories(home: string): Record<string, string> {
  return {
    XDG_CACHE_HOME: join(home, 'cache'),
    XDG_CONFIG_HOME: join(home, 'config'),
    XDG_STATE_HOME: join(home, 'state'),
  }
}
