import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { hiddenEntry } from '../../privileged/elevation.ts'

/**
 * Where the window's own program had to be started to become the helper (an AppImage, Windows), it is the helper before anything
 * of a window: as Node, and until the helper ends.
 * @returns the helper's exit code; null when a window was meant
 */
export function becomeHelper(args: readonly string[]): number | null {
  const at = args.indexOf(hiddenEntry)
  if (at === -1) return null
  const entry = join(import.meta.dirname, 'privileged.js')
  const env = { ...process.env, ELECTRON_RUN_AS_NODE: '1' }
  return spawnSync(process.execPath, [entry, ...args.slice(at + 1)], { env, stdio: 'inherit' }).status ?? 1
}
