import { spawnSync } from 'node:child_process'

/**
 * Returns whether this user can create a user namespace. The start script of an AppImage has the
 * same test.
 */
export const hasNamespaces = (): boolean =>
  spawnSync('unshare', ['-Ur', 'true'], { stdio: 'ignore', timeout: 5000 }).status === 0
