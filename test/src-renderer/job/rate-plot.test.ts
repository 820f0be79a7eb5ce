import { expect, test } from 'vitest'
import { plotRates } from '../../../src-renderer/job/rate-plot.ts'

const sample = (at: number | null, rate: number) => ({ phase: 'write' as const, at, rate })

test('nothing measured draws nothing', () => {
  expect(plotRates([], 0, 100, 10)).toEqual({ line: '', area: '' })
})

test('the first rate holds from the start, and the highest touches the top', () => {
  const { line } = plotRates([sample(0.5, 10), sample(1, 5)], 10, 100, 10)
  expect(line).toBe('M0 0L50 0L100 5')
})

test('samples of one place are averaged, so that a line has a bounded number of points', () => {
  const many = Array.from({ length: 10_000 }, (_, index) => sample(index / 10_000, 10))
  expect(plotRates(many, 10, 100, 10).line.split('L').length).toBeLessThan(130)
})

test('samples without a place are spread by their order', () => {
  const { line } = plotRates(
    Array.from({ length: 60 }, () => sample(null, 5)),
    10,
    120,
    10,
  )
  expect(line.endsWith('59 5')).toBe(true)
})
