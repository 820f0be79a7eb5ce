import { expect, test } from 'vitest'
import { KindlingError } from '../../../src-shared/failure.ts'
import { createRetries } from '../../../src-main/image/retries.ts'

const lost = new KindlingError('network-unreachable', { host: 'mirror.test', reason: 'gone' })

function start(limit: number | null, random = () => 0.5) {
  const delays: number[] = []
  const ports = { sleep: async (milliseconds: number) => void delays.push(milliseconds), random }
  const abort = new AbortController()
  return { delays, abort, retries: createRetries(ports, limit, abort.signal) }
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
