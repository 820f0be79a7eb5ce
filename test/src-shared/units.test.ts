import { expect, test } from 'vitest'
import {
  formatAge,
  formatBytes,
  formatDuration,
  formatEta,
  formatExactBytes,
  formatProgress,
  formatRate,
  groupHash,
} from '../../src-shared/units.ts'

test.each([
  [0, '0 B'],
  [999, '999 B'],
  [1000, '1 kB'],
  [643_000_000, '643 MB'],
  [999_600_000, '1 GB'],
  [2_684_354_560, '2.68 GB'],
  [2_700_000_000, '2.7 GB'],
  [32_010_000_000, '32 GB'],
  [61_530_000_000, '61.5 GB'],
  [2_000_398_934_016, '2 TB'],
])('bytes %d read as on a label: %s', (bytes, words) => expect(formatBytes(bytes)).toBe(words))

test('bytes refuse what is no size', () => {
  expect(() => formatBytes(-1)).toThrow(RangeError)
  expect(() => formatBytes(NaN)).toThrow(RangeError)
})

test('exact bytes keep every digit, grouped', () => {
  expect(formatExactBytes(2_684_354_560)).toBe('2\u202f684\u202f354\u202f560 bytes')
  expect(formatExactBytes(1)).toBe('1 byte')
})

test.each([
  [0, '0 B/s'],
  [18_440_000, '18.4 MB/s'],
  [1_250_000_000, '1.3 GB/s'],
])('a rate of %d keeps one decimal: %s', (rate, words) => expect(formatRate(rate)).toBe(words))

test('progress is told in the unit of the total and never rounded up to it', () => {
  expect(formatProgress(1_420_000_000, 2_684_354_560)).toBe('1.42 of 2.68 GB')
  expect(formatProgress(2_684_354_559, 2_684_354_560)).toBe('2.68 of 2.68 GB')
  expect(formatProgress(999_999, 1_000_000)).toBe('0.99 of 1.00 MB')
  expect(formatProgress(0, 643_000_000)).toBe('0 of 643 MB')
  expect(formatProgress(5_000_000, null)).toBe('5 MB')
})

test.each([
  [0, 'a few seconds'],
  [12, 'about 10 seconds'],
  [44, 'about 40 seconds'],
  [55, 'about a minute'],
  [89, 'about a minute'],
  [170, 'about 3 minutes'],
  [13 * 60, 'about 15 minutes'],
  [50 * 60, 'about 50 minutes'],
  [57 * 60, 'about an hour'],
  [90 * 60, 'about 1½ hours'],
  [4 * 3600, 'about 4 hours'],
])('%d seconds left is spoken as "%s"', (seconds, words) => expect(formatEta(seconds)).toBe(words))

test.each([
  [420, '0.4 s'],
  [12_400, '12 s'],
  [59_700, '1 min'],
  [200_000, '3 min 20 s'],
  [3_900_000, '1 h 5 min'],
])('%d ms took %s', (ms, words) => expect(formatDuration(ms)).toBe(words))

test.each([
  [0, 'just now'],
  [61, '1 minute'],
  [3 * 3600, '3 hours'],
  [12 * 86_400, '12 days'],
  [60 * 86_400, '60 days'],
  [90 * 86_400, '2 months'],
  [5 * 365 * 86_400, '5 years'],
])('an age of %d s is "%s"', (seconds, words) => expect(formatAge(seconds)).toBe(words))

test('a hash is broken into groups of four', () => {
  expect(groupHash('9f86d081884c')).toBe('9f86 d081 884c')
  expect(groupHash('')).toBe('')
})
