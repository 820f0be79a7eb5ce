import { spawn } from 'node:child_process'
import type { Readable } from 'node:stream'
import { peakOf } from './process-tree.ts'

/** What one run took. */
export interface Measurement {
  /** Seconds from start to exit. */
  wall: number
  /** Seconds of user and system time of the command and all its children. Threads of the kernel are nobody's children. */
  cpu: number
  /** Bytes; see `peakOf`. 0 where nobody watched. */
  peakMemory: number
}

/** Milliseconds between two looks at the memory. */
const interval = 50

/**
 * Runs a line of bash, with pipefail, in a process group of its own.
 * @param watchMemory looks at every process, which takes a core for a moment: what starts in less than a second is slower for it
 * @throws with its standard error when it fails; the signal's reason, after the group was told to end
 */
export async function measure(
  command: string,
  env: Record<string, string>,
  signal: AbortSignal,
  watchMemory: boolean,
): Promise<Measurement & { stdout: string }> {
  signal.throwIfAborted()
  // `times` says what the shell's children took, to the millisecond.
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

/** @param times as the shell prints it: user and system time, of itself in the first line, of its children in the second */
function readTimes(times: string): number {
  const spans = [...times.matchAll(/(\d+)m([\d.]+)s/g)].map(
    ([, minutes, seconds]) => Number(minutes) * 60 + Number(seconds),
  )
  return spans[2]! + spans[3]!
}
