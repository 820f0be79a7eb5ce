import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { hiddenEntry } from '../../privileged/elevation.ts'

/** What the window's program becomes by a word of its command line, for those who can start nothing else of a package. */
const others: Record<string, string> = {
  // In an AppImage and on Windows it is what is started with more rights.
  [hiddenEntry]: 'privileged.js',
  // `Kindling.AppImage --cli list`
  '--cli': 'kindling.js',
}

/**
 * Is another program before anything of a window: as Node, and until that ends.
 * @returns its exit code; null when a window was meant
 */
export function becomeOther(args: readonly string[]): number | null {
  const at = args.findIndex((word) => Object.hasOwn(others, word))
  if (at === -1) return null
  const entry = join(import.meta.dirname, others[args[at]!]!)
  const env = { ...process.env, ELECTRON_RUN_AS_NODE: '1' }
  // A terminal sends them to both, and it is the other that knows what to do: what it runs from must not go before it.
  for (const signal of ['SIGINT', 'SIGHUP', 'SIGTERM', 'SIGQUIT'] as const) process.on(signal, () => {})
  return spawnSync(process.execPath, [entry, ...args.slice(at + 1)], { env, stdio: 'inherit' }).status ?? 1
}
