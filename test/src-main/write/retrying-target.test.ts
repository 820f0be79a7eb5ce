import { describe, expect, test } from 'vitest'
import { KindlingError } from '../../../src-shared/failure.ts'
import { createRetryingTarget, type RetryingTarget } from '../../../src-main/write/retrying-target.ts'
import { failureOf } from '../../support/expect/failing.ts'
import { makeMemoryDrive, type MemoryDrive } from '../../support/drives/memory-drive.ts'

// Uses a drive in memory, and a clock that advances only during sleeps, so that there is no real
// waiting.

interface World {
  memory: MemoryDrive
  target: RetryingTarget
  warnings: { code: string; values: unknown[] }[]
  /** Length of each completed pause in milliseconds, in order. */
  pauses: number[]
  /** Advances the clock, and wakes the sleepers whose time is over. */
  pass(milliseconds: number): Promise<void>
  stop: AbortController
}

function makeWorld(): World {
  const memory = makeMemoryDrive({ size: 1024 * 1024 })
  const warnings: World['warnings'] = []
  const pauses: number[] = []
  const sleepers = new Set<{ until: number; wake: () => void }>()
  const stop = new AbortController()
  let now = 0
  const target = createRetryingTarget(
    memory.target,
    {
      now: () => now,
      sleep: (milliseconds, signal) =>
        new Promise((resolve, reject) => {
          const sleeper = { until: now + milliseconds, wake: resolve }
          sleepers.add(sleeper)
          if (signal?.aborted === true) return reject(signal.reason as Error)
          signal?.addEventListener('abort', () => {
            sleepers.delete(sleeper)
            reject(signal.reason as Error)
          })
          // Pauses between retries end immediately. The timer for an unresponsive drive ends only
          // through `pass`.
          if (milliseconds < 10_000) {
            pauses.push(milliseconds)
            sleepers.delete(sleeper)
            setImmediate(resolve)
          }
        }),
    },
    { signal: stop.signal, warn: (code, ...values) => void warnings.push({ code, values }) },
  )
  return {
    memory,
    target,
    warnings,
    pauses,
    stop,
    async pass(milliseconds) {
      now += milliseconds
      for (const sleeper of sleepers)
        if (sleeper.until <= now) {
          sleepers.delete(sleeper)
          sleeper.wake()
        }
      await new Promise((resolve) => setImmediate(resolve))
    },
  }
}

const page = new Uint8Array(4096).fill(7)
const failure = (code: 'drive-write-failed' | 'drive-read-failed' | 'drive-flush-failed' | 'drive-gone') =>
  new KindlingError(code, { drive: '/dev/memory', offset: 0, reason: 'EIO' })

/** Makes the first `times` operations fail; the others succeed. */
function failFirst(memory: MemoryDrive, times: number, error: () => KindlingError): void {
  memory.before = () => {
    if (times-- > 0) throw error()
  }
}

describe('patient target', () => {
  test.each(['write', 'read'] as const)(
    'tries a failed %s up to three times more, with growing pauses',
    async (kind) => {
      const { memory, target, warnings, pauses } = makeWorld()
      failFirst(memory, 3, () => failure(`drive-${kind}-failed`))
      await target[kind](page, 4096)
      expect(target.retries).toBe(3)
      expect(pauses).toEqual([250, 1000, 3000])
      expect(memory.operations).toEqual([{ kind, offset: 4096, length: 4096 }])
      expect(warnings.map(({ code }) => code)).toEqual(['drive-retried'])
    },
  )

  test('fails when the fourth try fails', async () => {
    const { memory, target } = makeWorld()
    failFirst(memory, 4, () => failure('drive-write-failed'))
    expect(await failureOf(target.write(page, 0))).toMatchObject({ code: 'drive-write-failed' })
    expect(target.retries).toBe(3)
  })

  test('has no more patience with a drive that nothing succeeded on since', async () => {
    const { memory, target } = makeWorld()
    failFirst(memory, 5, () => failure('drive-write-failed'))
    await failureOf(target.write(page, 0))
    await failureOf(target.write(page, 0))
    expect(target.retries).toBe(3)
    await target.write(page, 0)
    failFirst(memory, 1, () => failure('drive-write-failed'))
    await target.write(page, 0)
    expect(target.retries).toBe(4)
  })

  test('never tries a flush again', async () => {
    const { memory, target } = makeWorld()
    failFirst(memory, 1, () => failure('drive-flush-failed'))
    expect(await failureOf(target.flush())).toMatchObject({ code: 'drive-flush-failed' })
    expect(target.retries).toBe(0)
  })

  test('never tries a drive again that is gone', async () => {
    const { memory, target } = makeWorld()
    failFirst(memory, 1, () => failure('drive-gone'))
    expect(await failureOf(target.read(page, 0))).toMatchObject({ code: 'drive-gone' })
    expect(target.retries).toBe(0)
  })

  test('does not try again what began before a request to stop', async () => {
    const { memory, target, stop } = makeWorld()
    memory.before = () => {
      stop.abort()
      throw failure('drive-write-failed')
    }
    expect(await failureOf(target.write(page, 0))).toMatchObject({ code: 'drive-write-failed' })
    expect(target.retries).toBe(0)
  })

  test('is patient with what clears the drive after a request to stop', async () => {
    const { memory, target, stop } = makeWorld()
    stop.abort()
    failFirst(memory, 1, () => failure('drive-write-failed'))
    await target.write(page, 0)
    expect(target.retries).toBe(1)
  })

  test('tells once when the drive has not answered for 10 s, whatever is under way, and waits', async () => {
    const { memory, target, warnings, pass } = makeWorld()
    let answer = () => {}
    const answered = new Promise<void>((resolve) => (answer = resolve))
    memory.before = () => answered
    const work = [target.write(page, 0), target.write(page, 4096), target.flush()]
    await pass(9_999)
    expect(warnings).toEqual([])
    await pass(1)
    expect(warnings.map(({ code }) => code)).toEqual(['drive-stalled'])
    await pass(60_000)
    expect(warnings).toHaveLength(1)
    answer()
    await Promise.all(work)
    expect(target.retries).toBe(0)
  })

  test('tells of another stall', async () => {
    const { memory, target, warnings, pass } = makeWorld()
    for (let turn = 1; turn <= 2; turn++) {
      let answer = () => {}
      memory.before = () => new Promise<void>((resolve) => (answer = resolve))
      const work = target.read(page, 0)
      await pass(10_000)
      await pass(10_000)
      expect(warnings).toHaveLength(turn)
      answer()
      await work
    }
  })

  test('tells nothing of a drive that answers slowly but in time', async () => {
    const { memory, target, warnings, pass } = makeWorld()
    for (let turn = 0; turn < 4; turn++) {
      let answer = () => {}
      memory.before = () => new Promise<void>((resolve) => (answer = resolve))
      const work = target.read(page, 0)
      await pass(9_000)
      answer()
      await work
    }
    expect(warnings).toEqual([])
  })
})
