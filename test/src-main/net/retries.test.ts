import { describe, expect, test } from 'vitest'
import { KindlingError } from '../../../src-shared/failure.ts'
import { SilenceError, statusError } from '../../../src-main/net/http.ts'
import { createRetries, type Retry } from '../../../src-main/net/retries.ts'

const lost = new KindlingError('network-unreachable', { host: 'mirror.test', reason: 'gone' })

function start(retries: number | null, random = () => 0.5, within?: number) {
  const clock = { now: 1000 }
  const delays: number[] = []
  const told: Retry[] = []
  const ports = {
    now: () => clock.now,
    sleep: async (milliseconds: number) => {
      delays.push(milliseconds)
      clock.now += milliseconds
    },
    random,
    onRetry: (retry: Retry) => void told.push(retry),
  }
  const abort = new AbortController()
  return { delays, told, clock, abort, retries: createRetries(ports, { retries, within }, abort.signal) }
}

test('waits twice as long after each failure, half a minute at most', async () => {
  const { retries, delays } = start(null, () => 1)
  for (let failure = 0; failure < 9; failure++) await retries.afterFailure(lost)
  expect(delays).toEqual([500, 1000, 2000, 4000, 8000, 16000, 30000, 30000, 30000])
})

test('leaves the upper half of a delay to chance', async () => {
  const { retries, delays } = start(null, () => 0)
  await retries.afterFailure(lost)
  expect(delays).toEqual([250])
})

test('starts anew after progress, both delays and tries', async () => {
  const { retries, delays } = start(2)
  for (let round = 0; round < 3; round++) {
    await retries.afterFailure(lost)
    await retries.afterFailure(lost)
    await expect(retries.afterFailure(lost)).rejects.toBe(lost)
    retries.madeProgress()
  }
  expect(delays).toEqual([375, 750, 375, 750, 375, 750])
})

test('does not wait for what another try cannot mend, or nobody wants', async () => {
  const { retries, delays, abort } = start(null)
  const final = new KindlingError('http-status', { host: 'mirror.test', status: 404, url: 'http://mirror.test/' })
  await expect(retries.afterFailure(final)).rejects.toBe(final)
  abort.abort()
  await expect(retries.afterFailure(lost)).rejects.toBe(lost)
  expect(delays).toEqual([])
})

describe('a silent server', () => {
  const silent = new KindlingError(
    'network-unreachable',
    { host: 'mirror.test', reason: 'no answer within 30 seconds' },
    { cause: new SilenceError(30_000) },
  )

  /**
   * Retries until all attempts are used up.
   * @returns the elapsed milliseconds
   */
  async function giveUp({ retries, clock }: ReturnType<typeof start>, silence: number): Promise<number> {
    const startedAt = clock.now
    for (;;) {
      clock.now += silence
      const goesOn = await retries.afterFailure(silent).then(
        () => true,
        () => false,
      )
      if (!goesOn) return clock.now - startedAt
    }
  }

  test('is told of at each try, and given up within the time for all of them', async () => {
    const asking = start(5, () => 1, 120_000)
    const took = await giveUp(asking, 30_000)
    expect(took).toBeGreaterThan(60_000)
    expect(took).toBeLessThanOrEqual(120_000)
    expect(asking.told).toEqual([2, 3].map((attempt) => ({ why: 'silent', host: 'mirror.test', seconds: 30, attempt })))
  })

  test('is asked as often as a person says, whatever the time', async () => {
    const asking = start(5)
    expect(await giveUp(asking, 30_000)).toBeGreaterThan(180_000)
    expect(asking.told).toHaveLength(5)
  })

  test('is told of ever less often where it is asked indefinitely', async () => {
    const { retries, told } = start(null)
    for (let failure = 0; failure < 40; failure++) await retries.afterFailure(silent)
    expect(told.map(({ attempt }) => attempt)).toEqual([2, 3, 4, 5, 6, 9, 17, 33])
  })

  test('is no server that refuses at once', async () => {
    const { retries, told } = start(5, () => 1, 120_000)
    for (let failure = 0; failure < 5; failure++) await retries.afterFailure(lost)
    await expect(retries.afterFailure(lost)).rejects.toBe(lost)
    expect(told).toEqual([])
  })
})

describe('a server that says when it wants to be asked again', () => {
  const busy = (when: string) =>
    statusError({ status: 503, url: 'https://mirror.test/', headers: { 'retry-after': when } })

  test('is asked then, not before', async () => {
    const { retries, delays, told } = start(null, () => 1)
    for (const when of ['20', '0', new Date(60_000).toUTCString(), 'soon']) await retries.afterFailure(busy(when))
    // The date is relative to the 22 s that have already passed.
    expect(delays).toEqual([20_000, 1000, 38_000, 4000])
    expect(told).toEqual([
      { why: 'busy', host: 'mirror.test', seconds: 20, attempt: 2 },
      { why: 'busy', host: 'mirror.test', seconds: 38, attempt: 4 },
    ])
  })

  test('is asked as usual where that is longer than a person waits', async () => {
    const { retries, delays } = start(null, () => 1)
    await retries.afterFailure(busy('99999999'))
    expect(delays).toEqual([500])
  })

  test('is given up at once where the wait does not fit into the time for all tries', async () => {
    const { retries, delays } = start(5, () => 1, 60_000)
    await expect(retries.afterFailure(busy('90'))).rejects.toMatchObject({ code: 'http-status' })
    expect(delays).toEqual([])
  })
})
