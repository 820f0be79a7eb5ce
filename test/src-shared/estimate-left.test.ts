import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { createLeftEstimate, steepest } from '../../src-shared/estimate-left.ts'
import { formatEta } from '../../src-shared/units.ts'

const MB = 1_000_000
const step = 200

interface Told {
  /** Time in seconds. */
  now: number
  eta: number
  /** The actual time left in seconds. */
  really: number
}

/**
 * Returns the estimates for a phase. Each step takes 200 ms and processes the given number of
 * bytes.
 */
function tell(bytes: number[], startedAt = 0): Told[] {
  const estimate = createLeftEstimate(startedAt)
  let left = bytes.reduce((sum, each) => sum + each, 0)
  let now = startedAt
  return bytes.flatMap((each, index) => {
    now += step
    left -= each
    estimate.advance(each, now)
    const eta = estimate.read(left, now)
    return eta === null ? [] : [{ now: now / 1000, eta, really: ((bytes.length - index - 1) * step) / 1000 }]
  })
}

/**
 * Returns paces with noise of up to half the pace, independent for each step. They are the same in
 * every run, because the tests allow a few exceptions.
 */
function noisyPaces(seconds: number): number[][] {
  const length = { minLength: seconds * 5, maxLength: seconds * 5 }
  // Without bias: fast-check's preferred extreme values are not noise.
  const steps = fc.array(fc.noBias(fc.nat(1000)), length)
  return fc.sample(steps, { seed: 1, numRuns: 400 }).map((all) => all.map((each) => (0.5 + each / 1000) * MB))
}

/** Checks a property for at least 98 % of the noisy paces. The others may be too uneven for it. */
function expectOfMost(paces: number[][], holds: (told: Told[]) => boolean): void {
  const against = paces.filter((bytes) => !holds(tell(bytes).filter(({ now }) => now >= 5)))
  expect(against.length / paces.length).toBeLessThanOrEqual(0.02)
}

describe('the time that is left', () => {
  test('of an even pace is right from the second second on', () => {
    const told = tell(Array.from({ length: 300 }, () => MB))
    expect(told[0]!.now).toBeLessThan(1.5)
    for (const { eta, really } of told) expect(eta).toBeCloseTo(really, 0)
  })

  test('of a noisy pace does not rise once five seconds are over', () => {
    expectOfMost(noisyPaces(60), (told) => told.every(({ eta }, index) => index === 0 || eta <= told[index - 1]!.eta))
  })

  test('of a noisy pace is off by less than a third, and by a few seconds at its end', () => {
    expectOfMost(noisyPaces(60), (told) =>
      told.every(({ eta, really }) => Math.abs(eta - really) < Math.max(4, really / 3)),
    )
  })

  test('of a noisy pace is told in words that come once each, and in their order', () => {
    expectOfMost(noisyPaces(90), (told) => {
      const words = told.map(({ eta }) => formatEta(eta))
      const changes = words.filter((word, index) => word !== words[index - 1])
      return changes.length === new Set(changes).size
    })
  })

  test('rises by a tenth and a second in a second at most, whatever the pace', () => {
    const anything = fc.array(fc.tuple(fc.nat(50 * MB), fc.integer({ min: 1, max: 20_000 })), { maxLength: 200 })
    fc.assert(
      fc.property(anything, (steps) => {
        const estimate = createLeftEstimate(0)
        let left = steps.reduce((sum, [bytes]) => sum + bytes, 0)
        let now = 0
        let last: { eta: number; now: number } | null = null
        for (const [bytes, passed] of steps) {
          now += passed
          left -= bytes
          estimate.advance(bytes, now)
          const eta = estimate.read(left, now)
          if (eta === null) continue
          expect(Number.isFinite(eta)).toBe(true)
          expect(eta).toBeGreaterThanOrEqual(0)
          if (last !== null) {
            const seconds = (now - last.now) / 1000
            const most = last.eta + seconds * (last.eta * steepest.factor + steepest.seconds)
            expect(eta).toBeLessThanOrEqual(most + 1e-6)
          }
          last = { eta, now }
        }
      }),
    )
  })

  test('follows a drive that becomes four times slower within a minute', () => {
    const told = tell([...Array.from({ length: 100 }, () => 4 * MB), ...Array.from({ length: 900 }, () => MB)])
    const { eta, really } = told.find(({ now }) => now >= 80)!
    expect(eta).toBeGreaterThan(really * 0.75)
    expect(eta).toBeLessThan(really * 1.25)
  })

  test('falls gently where much turns out to be there already', () => {
    const told = tell([...Array.from({ length: 100 }, () => MB), 300 * MB, ...Array.from({ length: 100 }, () => MB)])
    for (const [index, { eta }] of told.entries())
      if (index > 0) expect(told[index - 1]!.eta - eta).toBeLessThan(told[index - 1]!.eta * 0.1 + 1)
  })

  test('does not take five minutes without a byte for the pace to come', () => {
    const estimate = createLeftEstimate(0)
    let now = 0
    for (; now < 60_000; now += step) estimate.advance(MB, now)
    const before = estimate.read(300 * MB, now)!
    now += 300_000
    for (let left = 300; left > 150; left--) {
      now += step
      estimate.advance(MB, now)
      expect(estimate.read(left * MB, now)).toBeLessThan(before * 2.5)
    }
    expect(estimate.read(150 * MB, now)).toBeLessThan(45)
  })
})
