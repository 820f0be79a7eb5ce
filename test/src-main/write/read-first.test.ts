import { describe, expect, test } from 'vitest'
import { startReadFirst } from '../../../src-main/write/read-first.ts'
import { mib } from '../../support/files/mib.ts'

/** Converts MiB/s to bytes per millisecond. */
const rate = (mebibytesPerSecond: number) => (mebibytesPerSecond * mib) / 1000
const size = 256 * mib

function start({ read = 100, write = 20, seekTime = 1.6, elapsed = 30 } = {}) {
  const judge = startReadFirst(size, { readRate: rate(read), seekTime, elapsed })
  const wrote = (mebibytes: number) => {
    judge.passed(mebibytes * mib)
    judge.wrote(mebibytes * mib, (mebibytes / write) * 1000)
  }
  const compared = (mebibytes: number, share: number) => {
    judge.passed(mebibytes * mib)
    judge.compared(mebibytes * mib, share * mebibytes * mib, (mebibytes / read) * 1000)
  }
  return { judge, wrote, compared }
}

describe('reading first', () => {
  test('waits until the speed of writing is known, then looks at a stretch every 4 MiB', () => {
    const { judge, wrote } = start()
    expect(judge.next()).toBe('write')
    wrote(4)
    expect(judge.next()).toBe('probe')
    expect(judge.next()).toBe('write')
    wrote(3)
    expect(judge.next()).toBe('write')
    wrote(1)
    expect(judge.next()).toBe('probe')
  })

  test('begins when a probe is equal, and goes on while enough is', () => {
    const { judge, wrote, compared } = start()
    wrote(4)
    judge.next()
    judge.probed(true)
    expect(judge.next()).toBe('read')
    expect(judge.isTrial()).toBe(true)
    compared(1, 0.9)
    expect(judge.isTrial()).toBe(false)
    for (let turn = 0; turn < 10; turn++) {
      compared(4, 0.3)
      expect(judge.next()).toBe('read')
    }
  })

  test.each([
    [100, 0.15],
    [40, 0.5],
    [26, 0.8],
  ])('ends when, at %i MiB/s, only a share of %f is equal', (read, share) => {
    const { judge, wrote, compared } = start({ read })
    wrote(64)
    judge.probed(true)
    expect(judge.next()).toBe('read')
    compared(1, share)
    expect(judge.next()).toBe('write')
  })

  test('is not thought of on a drive that reads hardly faster than it writes', () => {
    const { judge, wrote } = start({ read: 24 })
    expect(judge.canPay()).toBe(true)
    wrote(64)
    expect(judge.canPay()).toBe(false)
    expect(judge.next()).toBe('write')
  })

  test('is thought of again when writing slows down, as sticks do when their cache is full', () => {
    const { judge, wrote } = start({ read: 100, write: 200 })
    wrote(32)
    expect(judge.next()).toBe('write')
    for (let turn = 0; turn < 8; turn++) judge.wrote(4 * mib, 200)
    expect(judge.next()).toBe('probe')
  })

  test('loses at most 2.5 % where every probe is equal and nothing else is', () => {
    const { judge, wrote } = start({ read: 50 })
    let lost = 30
    for (let written = 0; written < 256;) {
      const step = judge.next()
      if (step === 'probe') {
        lost += 2 * 1.6
        judge.probed(true)
      }
      if (judge.next() === 'read') {
        lost += 1000 / 50
        judge.passed(mib)
        judge.compared(mib, 0, 1000 / 50)
        written += 1
      } else {
        wrote(4)
        written += 4
      }
    }
    expect(lost).toBeLessThan(0.026 * (256 / 20) * 1000)
    expect(lost).toBeGreaterThan(100)
  })

  test('is over when the drive cannot be read', () => {
    const { judge, wrote } = start()
    wrote(4)
    judge.probed(true)
    judge.giveUp()
    expect(judge.next()).toBe('write')
  })
})
