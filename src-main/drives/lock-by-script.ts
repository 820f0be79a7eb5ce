import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { setTimeout as delay } from 'node:timers/promises'
import type { VolumeLock } from './system.ts'

export interface Script {
  /** Program of the system that runs the script. */
  program: string
  args: string[]
  /** Additional environment variables for the script. */
  env?: Record<string, string>
}

/** Timeouts in milliseconds: for the answer of the script, and for its end. */
const limits = { answer: 10_000, end: 10_000 }

/**
 * Starts a script that takes a lock which this process cannot take without native code. The script
 * prints `held` or `busy: WHO`. It keeps the lock until its standard input ends: on release, and
 * when this process ends in any way.
 * @returns the lock, or the name of its present owner if it is taken. Null if the script cannot be
 * run, does not answer, or prints anything other than these two.
 */
export async function lockByScript(
  { program, args, env }: Script,
  { answer: toAnswer, end: toEnd } = limits,
): Promise<VolumeLock | string | null> {
  const child = spawn(program, args, {
    stdio: ['pipe', 'pipe', 'ignore'],
    env: { ...process.env, ...env },
    // Ctrl-C in a terminal ends Kindling. It must not end the script, and with it the lock, while a
    // drive is still being written.
    detached: process.platform !== 'win32',
    windowsHide: true,
  })
  // Writing to a script that has ended fails.
  child.stdin.on('error', () => {})
  const ended = new Promise<void>((resolve) => {
    child.once('close', () => resolve())
    child.once('error', () => resolve())
  })
  const within = async <T>(limit: number, wanted: Promise<T>): Promise<T | null> => {
    const stop = new AbortController()
    const late = delay(limit, null, { signal: stop.signal }).catch(() => null)
    return Promise.race([wanted, late]).finally(() => stop.abort())
  }

  const lines = createInterface(child.stdout)
  const answer = await within(
    toAnswer,
    new Promise<string>((resolve) => {
      lines.once('line', resolve)
      lines.once('close', () => resolve(''))
    }),
  )
  if (answer?.trim() === 'held')
    return {
      async release() {
        child.stdin.end()
        const late = await within(
          toEnd,
          ended.then(() => true),
        )
        if (late === null) child.kill('SIGKILL')
        await ended
      },
    }
  child.kill('SIGKILL')
  await ended
  return /^busy: (.+)/.exec(answer ?? '')?.[1]?.trim() ?? null
}
