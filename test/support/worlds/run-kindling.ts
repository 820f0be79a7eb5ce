import { spawn } from 'node:child_process'
import { resolve } from 'node:path'
import type { JobEvent } from '../../../src-shared/job.ts'
import { buildOut } from '../run/build-out.ts'
import { privateDirectories } from '../programs/private-directories.ts'
import { makeTemporaryDirectory } from '../files/temporary.ts'

/** Path of the built command line. */
export const kindlingProgram = resolve(import.meta.dirname, '../../../out/main/kindling.js')

export interface RunOptions {
  /** Added to the test's environment and the private XDG directories. */
  env?: Record<string, string>
  /** Text for stdin, by default empty. stdin is never a terminal. */
  stdin?: string
  /** Changes the command line, for example to run as another user. */
  as?(program: string[]): string[]
  /**
   * Called immediately after the start, with a function that sends a signal and with the process
   * id.
   */
  onStart?(stop: (signal: NodeJS.Signals) => void, pid: number): void
  /**
   * Receives every event immediately (with `--json`), for example to send a signal in a certain
   * phase.
   */
  onEvent?(event: JobEvent, stop: (signal: NodeJS.Signals) => void): void
}

export interface Run {
  /** Exit code; null if a signal ended the program. */
  code: number | null
  signal: NodeJS.Signals | null
  stdout: string
  stderr: string
  /** The lines of stdout that are JSON objects. */
  events: JobEvent[]
}

/**
 * Runs the built command line as a process. XDG directories are private unless `env` names others.
 */
export async function runKindling(
  args: string[],
  { env = {}, stdin = '', as = (program) => program, onStart, onEvent }: RunOptions = {},
): Promise<Run> {
  buildOut()
  const home = await makeTemporaryDirectory('kindling-home-')
  try {
    const [file, ...words] = as([process.execPath, kindlingProgram, ...args])
    const child = spawn(file!, words, {
      env: { ...process.env, ...privateDirectories(home.path), ...env },
    })
    const stop = (signal: NodeJS.Signals) => void child.kill(signal)
    const { run, addStdout, addStderr } = collectRun((event) => onEvent?.(event, stop))
    onStart?.(stop, child.pid!)
    child.stdout.setEncoding('utf8').on('data', addStdout)
    child.stderr.setEncoding('utf8').on('data', addStderr)
    // A program may end without reading stdin.
    child.stdin.on('error', () => {}).end(stdin)
    return await new Promise<Run>((settle, reject) => {
      child.on('error', reject)
      child.on('close', (code, signal) => settle({ ...run, code, signal }))
    })
  } finally {
    await home.dispose()
  }
}

/** Builds a run from the output as it arrives. */
export function collectRun(onEvent: (event: JobEvent) => void) {
  const run: Run = { code: null, signal: null, stdout: '', stderr: '', events: [] }
  let line = ''
  return {
    run,
    addStdout(text: string): void {
      run.stdout += text
      const lines = (line + text).split('\n')
      line = lines.pop()!
      for (const event of lines.flatMap(parseEvent)) {
        run.events.push(event)
        onEvent(event)
      }
    },
    addStderr(text: string): void {
      run.stderr += text
    },
  }
}

function parseEvent(line: string): JobEvent[] {
  if (!line.startsWith('{')) return []
  try {
    return [JSON.parse(line) as JobEvent]
  } catch {
    return []
  }
}
