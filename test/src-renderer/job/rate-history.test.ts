import fc from 'fast-check'
import { expect, test } from 'vitest'
import { ceilingOf } from '../../../src-renderer/progress/ceiling-of.ts'
import { addRates, columnsOf, noRates, type RateHistory } from '../../../src-renderer/job/rate-history.ts'
import type { Stage, PartRates } from '../../../src-shared/job.ts'

const lines: Stage[][] = [['drive'], ['decode'], ['network', 'source']]
const record = (...measured: [at: number, rates: PartRates][]) =>
  measured.reduce<RateHistory>((history, [at, rates]) => addRates(history, rates, at), noRates)

test('measurements of one half second are their mean', () => {
  const history = record([0, { drive: 10 }], [0.2, { drive: 20 }], [0.4, { drive: 60 }], [0.6, { drive: 1 }])
  expect(columnsOf(history, lines)).toEqual([
    [0, 0.5],
    [30, 1],
    [null, null],
    [null, null],
  ])
})

test('a part has a line while it has something to do, and what the image comes from is one line', () => {
  const history = record([0, { drive: 1, decode: 2, network: 3 }], [0.5, { source: 4 }], [1, { drive: 5 }])
  expect(columnsOf(history, lines)).toEqual([
    [0, 0.5, 1],
    [1, null, 5],
    [2, null, null],
    [3, 4, null],
  ])
})

test('no line leads over a time in which nothing was measured', () => {
  const history = record([0, { drive: 10 }], [0.5, { drive: 10 }], [30, { drive: 10 }])
  expect(columnsOf(history, [['drive']])).toEqual([
    [0, 0.5, 1, 30],
    [10, 10, null, 10],
  ])
})

test('the longest job has a bounded number of points, in order, from its start to its end', () => {
  fc.assert(
    fc.property(fc.array(fc.double({ min: 0.01, max: 60, noNaN: true }), { minLength: 1, maxLength: 600 }), (steps) => {
      let at = 0
      const history = steps.reduce((before, step) => addRates(before, { drive: 7 }, (at += step)), noRates)
      const [places, drive] = columnsOf(history, [['drive']])
      expect(places.length).toBeLessThanOrEqual(2 * 240)
      expect(places).toEqual(places.toSorted((a, b) => a - b))
      expect(at - places.at(-1)!).toBeLessThanOrEqual(history.width)
      expect(drive!.filter((rate) => rate !== null).every((rate) => Math.abs(rate - 7) < 1e-9)).toBe(true)
    }),
  )
})

test('a moment that stood out does not press all else to the ground', () => {
  const even = Array.from({ length: 99 }, (_, index): [number, PartRates] => [index / 2, { drive: 100, decode: 90 }])
  const columns = columnsOf(record(...even, [50, { drive: 100, decode: 90_000 }]), lines)
  expect(ceilingOf(columns)).toBeCloseTo(115)
})

test('nothing measured is nothing high', () => expect(ceilingOf(columnsOf(noRates, lines))).toBe(0))
