import { spawn } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { buildOut } from '../run/build-out.ts'
import { patience } from '../run/patience.ts'
import { privateDirectories } from './private-directories.ts'
import { kindlingProgram } from '../worlds/run-kindling.ts'
import { makeTemporaryDirectory } from '../files/temporary.ts'

export interface TerminalOptions {
  /** Changes the command line, for example to run as another user. */
  as?(program: string[]): string[]
  env?: Record<string, string>
  /** Width of the terminal in characters. */
  columns?: number
  /**
   * Keys to type, in order. Each entry waits until the terminal shows `shown`, calls `before`, and
   * then types `keys`. `\x03` is Ctrl-C, `\x04` the end of input.
   */
  typed?: [shown: RegExp, keys: string, before?: () => Promise<unknown>][]
}

export interface TerminalRun {
  code: number | null
  /** Everything shown on the terminal: stderr, and the echo of typed keys. */
  screen: string
  /** stdout, which was redirected to a file. */
  stdout: string
}

/** Runs the built command line in its own terminal, made by script(1). */
export async function runInTerminal(
  args: string[],
  { env = {}, as = (program) => program, columns = 100, typed = [] }: TerminalOptions = {},
): Promise<TerminalRun> {
  buildOut()
  const home = await makeTemporaryDirectory('kindling-home-')
  try {
    const output = home.file('stdout')
    const quoted = as([process.execPath, kindlingProgram, ...args]).map((word) => `'${word.replaceAll("'", `'\\''`)}'`)
    const command = `stty cols ${columns} rows 30; exec ${quoted.join(' ')} > '${output}'`
    const child = spawn('script', ['-qefc', command, '/dev/null'], {
      env: { ...process.env, ...privateDirectories(home.path), SHELL: '/bin/sh', TERM: 'xterm', ...env },
      // A test whose prompt never comes fails with what the terminal shows.
      timeout: patience,
    })
    const run: TerminalRun = { code: null, screen: '', stdout: '' }
    let answered = 0
    let seen = 0
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      run.screen += text
      const next = typed[answered]
      if (!next?.[0].test(run.screen.slice(seen))) return
      seen = run.screen.length
      answered++
      const [, keys, before = () => Promise.resolve()] = next
      void before().then(() => child.stdin.write(keys))
    })
    child.stdin.on('error', () => {})
    run.code = await new Promise<number | null>((settle, reject) => {
      child.on('error', reject)
      child.on('close', settle)
    })
    return { ...run, stdout: await readFile(output, 'utf8').catch(() => '') }
  } finally {
    await home.dispose()
  }
}
