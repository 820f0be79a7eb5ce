import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { hiddenEntry } from '../../privileged/elevation.ts'

/**
 * Programs that the window's program runs instead of a window when its command line names them.
 * They serve callers that can start no other program of a package.
 */
const others: Record<string, string> = {
  // In an AppImage and on Windows, the helper with more rights is started in this way.
  [hiddenEntry]: 'privileged.js',
  // `Kindling.AppImage --cli list`
  '--cli': 'kindling.js',
}

/**
 * Runs another program as Node and waits for it, before anything of a window is loaded.
 * @returns the exit code of that program; null when the command line does not name one
 */
export function runHiddenEntry(args: readonly string[]): number | null {
  const at = args.findIndex((word) => Object.hasOwn(others, word))
  if (at === -1) return null
  const entry = join(import.meta.dirname, others[args[at]!]!)
  const env = { ...process.env, ELECTRON_RUN_AS_NODE: '1' }
  // A terminal sends these signals to both processes, and the child handles them. This process
  // ignores them: the package from which the child runs must not disappear before the child ends.
  for (const signal of ['SIGINT', 'SIGHUP', 'SIGTERM', 'SIGQUIT'] as const) process.on(signal, () => {})
  return spawnSync(process.execPath, [entry, ...args.slice(at + 1)], { env, stdio: 'inherit' }).status ?? 1
}
