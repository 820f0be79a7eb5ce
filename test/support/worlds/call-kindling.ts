import { resolve } from 'node:path'
import { Readable, Writable } from 'node:stream'
import type { JobEvent } from '../../../src-shared/job.ts'
import type * as CommandLine from '../../../src-main/hosts/cli/command-line.ts'
import commandLinePath from '../../../src-main/hosts/cli/command-line.ts?modulePath'
import { thisElevation } from '../../../src-main/privileged/elevation.ts'
import { privateDirectories } from '../programs/private-directories.ts'
import { collectRun, type Run } from './run-kindling.ts'
import { makeTemporaryDirectory } from '../files/temporary.ts'

// One bundle for all test files of a run. Loading the 170 modules in each would take longer than
// most commands.
const { runCommandLine } = (await import(/* @vite-ignore */ commandLinePath)) as typeof CommandLine

/**
 * Variables that the command line reads only through its host. Node and child processes read
 * others.
 */
const ownVariable = /^(XDG_(CACHE|CONFIG|STATE)_HOME|KINDLING_\w+|https?_proxy|no_proxy)$/i

export interface CallOptions {
  /** Added to the test's environment and the private XDG directories. */
  env?: Record<string, string>
  /** Input of the command; empty by default. */
  stdin?: string
  /** Receives every event immediately (with `--json`). */
  onEvent?(event: JobEvent): void
}

/**
 * Runs the command line from its arguments to its exit code in the process of the test. XDG
 * directories are private unless `env` names others. Starting a process costs more time than most
 * commands. This call does not cover process features (signals, terminals, closed pipes, other
 * environment variables); `runKindling` does.
 */
export async function callKindling(
  args: string[],
  { env = {}, stdin = '', onEvent = () => undefined }: CallOptions = {},
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
      streams: {
        stdin: Readable.from(stdin === '' ? [] : [stdin]),
        stdout: writeTo(addStdout),
        stderr: writeTo(addStderr),
      },
      elevation: thisElevation('script', builtDirectory),
      catchInterrupts: () => ({ cancelWith: () => undefined }),
      // One more process for each job; `cli/awake` tests it.
      keepAwake: () => () => undefined,
      // Vitest reports an uncaught error as a failure of the run.
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
