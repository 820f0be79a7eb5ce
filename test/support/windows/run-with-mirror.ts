import type { CliWorld } from '../worlds/cli-world.ts'
import type { Run } from '../worlds/run-kindling.ts'
import type { StartOptions, Windows } from './wine.ts'

/** Runs the built command line in Windows, with the mirror of a world and its key. */
export function runWithMirror(
  { baseUrl, keyringFile }: CliWorld,
  windows: Windows,
  args: string[],
  options: StartOptions = {},
): Promise<Run> {
  const env = { KINDLING_STREAM_BASE_URL: baseUrl, KINDLING_KEYRING: windows.name(keyringFile), ...options.env }
  return windows.kindling(args, { ...options, env })
}
