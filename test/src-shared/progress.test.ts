import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createProgressMeter } from '../../src-shared/progress.ts'

const MB = 1_000_000

test('an even pace gives its rate and the time that is left', () => {
  const meter = createProgressMeter(100 * MB, 0)
  for (let now = 100; now <= 5000; now += 100) meter.advance(MB, now)
  const { bytes, rate, eta } = meter.read(5000)
  expect(bytes).toBe(50 * MB)
  expect(rate).toBeCloseTo(10 * MB, -3)
  expect(eta).toBeCloseTo(5, 1)
})

test('the rate follows a drive that slows down within some seconds', () => {
  const meter = createProgressMeter(null, 0)
  for (let now = 100; now <= 5000; now += 100) meter.advance(10 * MB, now)
  for (let now = 5100; now <= 15_000; now += 100) meter.advance(MB, now)
  expect(meter.read(15_000).rate).toBeLessThan(14 * MB)
})

test('three seconds without a byte are a standstill, until the next one comes', () => {
  const meter = createProgressMeter(100 * MB, 0)
  for (let now = 100; now <= 5000; now += 100) meter.advance(MB, now)
  expect(meter.read(7900).rate).toBeGreaterThan(0)
  expect(meter.read(8000)).toEqual({ bytes: 50 * MB, total: 100 * MB, rate: 0, eta: null })
  meter.advance(MB, 8100)
  expect(meter.read(8100).rate).toBeGreaterThan(0)
  expect(meter.read(8100).eta).not.toBeNull()
})

test('nobody knows the time that is left in the first second, or without a total', () => {
  const young = createProgressMeter(100 * MB, 0)
  young.advance(MB, 500)
  expect(young.read(500).eta).toBeNull()
  const endless = createProgressMeter(null, 0)
  endless.advance(MB, 5000)
  expect(endless.read(5000).eta).toBeNull()
})

test('a phase that is over before the first measurement has its mean rate', () => {
  const meter = createProgressMeter(2 * MB, 0)
  meter.advance(2 * MB, 50)
  expect(meter.read(50).rate).toBe(40 * MB)
})

test('bytes add up, and rate and time are never negative or infinite, whatever the pace', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.nat(10 * MB), fc.nat(2000))), (steps) => {
      const meter = createProgressMeter(50 * MB, 0)
      let now = 0
      let sum = 0
      for (const [bytes, milliseconds] of steps) {
        now += milliseconds
        sum += bytes
        meter.advance(bytes, now)
        const progress = meter.read(now)
        expect(progress.bytes).toBe(sum)
        expect(progress.rate).toBeGreaterThanOrEqual(0)
        expect(Number.isFinite(progress.rate)).toBe(true)
        if (progress.eta !== null) expect(progress.eta).toBeGreaterThanOrEqual(0)
      }
    }),
  )
})
