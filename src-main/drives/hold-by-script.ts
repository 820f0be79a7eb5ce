import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { setTimeout as delay } from 'node:timers/promises'
import type { Hold } from './system.ts'

export interface Script {
  /** A program of the system that runs scripts. */
  program: string
  args: string[]
  /** Told through the environment. */
  env?: Record<string, string>
}

/** Longest times in milliseconds: until the script answers, and until it ends. */
const limits = { answer: 10_000, end: 10_000 }

/**
 * Starts a script that takes what this process cannot take without native code, prints `held` or `busy: WHO`, and keeps it
 * until its standard input ends: when it is released, and when this process ends however it does.
 * @returns the hold; who has it when it is taken; null when the script cannot be run, does not answer or says something else
 */
export async function holdByScript(
  { program, args, env }: Script,
  { answer: toAnswer, end: toEnd } = limits,
): Promise<Hold | string | null> {
  const child = spawn(program, args, {
    stdio: ['pipe', 'pipe', 'ignore'],
    env: { ...process.env, ...env },
    // What ends Kindling at a terminal (Ctrl-C) must not take the hold away while a drive is still being written.
    detached: process.platform !== 'win32',
    windowsHide: true,
  })
  // It fails to write to a script that has ended.
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
