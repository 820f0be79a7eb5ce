import { spawn } from 'node:child_process'
import type { Readable } from 'node:stream'
import { peakOf } from './process-tree.ts'

/** Measured cost of one run. */
export interface Measurement {
  /** Time from start to exit, in seconds. */
  wall: number
  /**
   * User and system time of the command and all its children, in seconds. Kernel threads are not
   * included.
   */
  cpu: number
  /** Peak memory in bytes (see `peakOf`), or 0 if it was not watched. */
  peakMemory: number
}

/** Milliseconds between two samples of the memory. */
const interval = 50

/**
 * Runs a line of bash, with pipefail, in its own process group.
 * @param watchMemory – samples every process, which occupies a core briefly: a command shorter than
 * a second gets slower
 * @throws Error with its stderr if it fails
 * @throws the reason of the signal, after the group was sent SIGTERM
 */
export async function measure(
  command: string,
  env: Record<string, string>,
  signal: AbortSignal,
  watchMemory: boolean,
): Promise<Measurement & { stdout: string }> {
  signal.throwIfAborted()
  // `times` prints the CPU time of the shell's children with a resolution of one millisecond.
  const script = `set -o pipefail\n${command}\ncode=$?\ntimes >&3\nexit $code`
  const startedAt = process.hrtime.bigint()
  const shell = spawn('bash', ['-c', script], {
    env: { ...process.env, LC_ALL: 'C', ...env },
    stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
    detached: true,
  })
  const ended = new Promise<number | null>((settle, reject) => {
    shell.on('error', reject)
    shell.on('close', settle)
  })
  const [stdout, stderr, times] = [1, 2, 3].map((stream) => gather(shell.stdio[stream] as Readable))
  const end = () => process.kill(-shell.pid!, 'SIGTERM')
  signal.addEventListener('abort', end)
  const memory = peakOf(shell.pid!)
  const looking = watchMemory ? setInterval(memory.look, interval) : undefined
  try {
    const code = await ended
    const wall = Number(process.hrtime.bigint() - startedAt) / 1e9
    signal.throwIfAborted()
    if (code !== 0) throw new Error(`It ended with ${code}: ${command}\n${await stderr}${(await stdout)!.slice(-2000)}`)
    return { wall, cpu: readTimes((await times)!), peakMemory: memory.peak(), stdout: (await stdout)! }
  } finally {
    clearInterval(looking)
    signal.removeEventListener('abort', end)
  }
}

async function gather(stream: Readable): Promise<string> {
  let text = ''
  for await (const part of stream.setEncoding('utf8')) text += part
  return text
}

/**
 * Returns the CPU time of the shell's children, in seconds.
 * @param times – output of the shell's `times`: user and system time, of the shell in the first
 * line, of its children in the second
 */
function readTimes(times: string): number {
  const spans = [...times.matchAll(/(\d+)m([\d.]+)s/g)].map(
    ([, minutes, seconds]) => Number(minutes) * 60 + Number(seconds),
  )
  return spans[2]! + spans[3]!
}
