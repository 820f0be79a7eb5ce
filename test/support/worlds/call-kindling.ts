import { resolve } from 'node:path'
import { Readable, Writable } from 'node:stream'
import type { JobEvent } from '../../../src-shared/job.ts'
import { runCommandLine } from '../../../src-main/hosts/cli/command-line.ts'
import { thisElevation } from '../../../src-main/privileged/elevation.ts'
import { privateDirectories } from '../private-directories.ts'
import { collectRun, type Run } from './run-kindling.ts'
import { makeTemporaryDirectory } from '../temporary.ts'

/** Variables that the command line reads through its host alone. Node and child programs read others. */
const ownVariable = /^(XDG_(CACHE|CONFIG|STATE)_HOME|KINDLING_\w+|https?_proxy|no_proxy)$/i

export interface CallOptions {
  /** On top of the test's environment and the private XDG directories. */
  env?: Record<string, string>
  /** Sees every event as it comes (with `--json`). */
  onEvent?(event: JobEvent): void
}

/**
 * Runs the command line from its arguments to its exit code in the process of the test, with private XDG directories
 * unless `env` names others. Starting a process costs more than most commands. What belongs to the process is not seen
 * here (signals, terminals, pipes that close, other variables of the environment): `runKindling` has that.
 */
export async function callKindling(
  args: string[],
  { env = {}, onEvent = () => undefined }: CallOptions = {},
): Promise<Run> {
  const foreign = Object.keys(env).find((name) => !ownVariable.test(name))
  if (foreign !== undefined) throw new Error(`${foreign} needs a process of its own: use runKindling`)
  const home = await makeTemporaryDirectory('kindling-home-')
  const exits: ((code: number) => void)[] = []
  const { run, addStdout, addStderr } = collectRun(onEvent)
  try {
    const code = await runCommandLine({
      args,
      environment: { ...process.env, ...privateDirectories(home.path), ...env },
      streams: { stdin: Readable.from([]), stdout: writeTo(addStdout), stderr: writeTo(addStderr) },
      elevation: thisElevation('script', builtDirectory),
      catchInterrupts: () => ({ cancelWith: () => undefined }),
      // Vitest reports an error that nothing catches as a failure of the run.
      onCrash: () => undefined,
      onExit: (listener) => exits.push(listener),
    })
    for (const listener of exits) listener(code)
    return { ...run, code }
  } finally {
    await home.dispose()
  }
}

const writeTo = (add: (text: string) => void) =>
  new Writable({
    decodeStrings: false,
    write(text: string, _encoding, done) {
      add(text)
      done()
    },
  })

const builtDirectory = resolve(import.meta.dirname, '../../../out/main')
