import { spawn } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { buildOut } from './build-out.ts'
import { privateDirectories } from './private-directories.ts'
import { kindlingProgram } from './worlds/run-kindling.ts'
import { makeTemporaryDirectory } from './temporary.ts'

export interface TerminalOptions {
  /** The words that start it in another way, for example as another user. */
  as?(program: string[]): string[]
  env?: Record<string, string>
  /** Characters of a line. */
  columns?: number
  /** What is typed once something is shown, in order, and what happens before; `\x03` is Ctrl-C, `\x04` the end of input. */
  typed?: [shown: RegExp, keys: string, before?: () => Promise<unknown>][]
}

export interface TerminalRun {
  code: number | null
  /** All that the terminal was sent: stderr, and what was typed. */
  screen: string
  /** stdout, which went to a file. */
  stdout: string
}

/** Runs the built command line on a terminal of its own, which script(1) makes. */
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
    })
    const run: TerminalRun = { code: null, screen: '', stdout: '' }
    let answered = 0
    let seen = 0
    let again: NodeJS.Timeout | undefined
    /** Who asks for a password may throw away what came before it was ready: keys that changed nothing are typed again. */
    function type(keys: string) {
      const { length } = run.screen
      child.stdin.write(keys)
      again = setTimeout(() => run.screen.length === length && type(keys), 3000)
    }
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      run.screen += text
      const next = typed[answered]
      if (!next?.[0].test(run.screen.slice(seen))) return
      seen = run.screen.length
      answered++
      const [, keys, before = () => Promise.resolve()] = next
      void before().then(() => type(keys))
    })
    child.stdin.on('error', () => {})
    run.code = await new Promise<number | null>((settle, reject) => {
      child.on('error', reject)
      child.on('close', settle)
    }).finally(() => clearTimeout(again))
    return { ...run, stdout: await readFile(output, 'utf8').catch(() => '') }
  } finally {
    await home.dispose()
  }
}
