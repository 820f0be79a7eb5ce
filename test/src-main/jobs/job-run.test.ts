import { afterEach, expect, test, vi } from 'vitest'
import { startJobRun } from '../../../src-main/jobs/job-run.ts'
import type { Moved } from '../../../src-main/jobs/meter-parts.ts'
import { unknownEta } from '../../../src-shared/progress.ts'
import type { JobEvent } from '../../../src-shared/job.ts'

type Progress = Extract<JobEvent, { event: 'progress' }>

/** Starts a run with a clock that the test controls. */
function startRun() {
  let time = 0
  const told: Progress[] = []
  const run = startJobRun(
    { now: () => time, version: '1' },
    (event) => event.event === 'progress' && told.push(event),
    new AbortController().signal,
  )
  return {
    run,
    pass: (milliseconds: number) => void (time += milliseconds),
    get last() {
      return told.at(-1)!
    },
  }
}

afterEach(() => void vi.useRealTimers())

test('the last bytes before a pause are told after 200 ms, and then each second that nothing goes on and why', async () => {
  vi.useFakeTimers()
  const told: Progress[] = []
  const run = startJobRun(
    { now: Date.now, version: '1' },
    (event) => event.event === 'progress' && told.push(event),
    new AbortController().signal,
  )
  let limit: 'network' | 'drive' = 'network'
  run.enter('write', 1000)
  run.setBottleneck(() => limit)
  run.advance(10)
  vi.advanceTimersByTime(199)
  expect(told).toEqual([])
  vi.advanceTimersByTime(1)
  expect(told.splice(0)).toMatchObject([{ bytes: 10, limit: 'network' }])
  limit = 'drive'
  vi.advanceTimersByTime(999)
  expect(told).toEqual([])
  vi.advanceTimersByTime(1)
  expect(told.splice(0)).toMatchObject([{ bytes: 10, limit: 'drive' }])
  vi.advanceTimersByTime(3000)
  expect(told.splice(0)).toHaveLength(3)
  await run.end(null)
  vi.advanceTimersByTime(10_000)
  expect(told).toEqual([])
})

test('each part of a phase has a rate of its own, from what it let through since the phase began', () => {
  const job = startRun()
  const moved: Moved = { network: 5000, decode: 70_000, drive: 90_000 }
  job.run.enter('write', 100_000)
  job.run.setBottleneck(
    () => 'drive',
    () => ({ ...moved }),
  )
  for (let turn = 0; turn < 50; turn++) {
    job.pass(200)
    moved.network! += 100
    moved.decode! += 600
    moved.drive! += 400
    job.run.advance(600)
  }
  const { network, decode, drive } = job.last.rates
  expect(network).toBeCloseTo(500)
  expect(decode).toBeCloseTo(3000)
  expect(drive).toBeCloseTo(2000)
})

test('a part that stands still has no rate, whatever the others do', () => {
  const job = startRun()
  const moved: Moved = { network: 0, drive: 0 }
  job.run.enter('write')
  job.run.setBottleneck(
    () => 'network',
    () => ({ ...moved }),
  )
  for (let turn = 0; turn < 40; turn++) {
    job.pass(200)
    if (turn < 20) moved.network! += 100
    moved.drive! += 100
    job.run.advance(100)
  }
  expect(job.last.rates.network).toBe(0)
  expect(job.last.rates.drive).toBeCloseTo(500)
})

test('an image that is read once more is counted from its start again', () => {
  const job = startRun()
  let moved: Moved = { decode: 0 }
  job.run.enter('write')
  job.run.setBottleneck(
    () => 'drive',
    () => moved,
  )
  for (const decode of [1000, 2000, 3000, 0, 1000, 2000]) {
    job.pass(1000)
    moved = { decode }
    job.run.advance(1000)
    expect(job.last.rates.decode).toBeGreaterThanOrEqual(0)
    expect(job.last.rates.decode).toBeLessThanOrEqual(1000.1)
  }
})

test('a phase of one part has that part’s rate, and one that nobody measures has none', () => {
  const job = startRun()
  job.run.enter('read-back', 4000)
  job.run.setBottleneck(() => 'drive')
  job.pass(1000)
  job.run.advance(2000)
  expect(job.last.rates).toEqual({ drive: 2000 })
  job.run.enter('finish')
  job.pass(1000)
  job.run.advance(1)
  expect(job.last.rates).toEqual({})
})

test('what was skipped adds up over the job', () => {
  const job = startRun()
  job.run.enter('write', 100)
  job.pass(1000)
  job.run.advance(30, 20)
  job.run.advance(30)
  job.pass(1000)
  job.run.advance(10, 10)
  expect(job.last).toMatchObject({ bytes: 70, skipped: 30 })
  job.run.enter('read-back', 100)
  job.pass(1000)
  job.run.advance(10)
  expect(job.last).toMatchObject({ bytes: 10, skipped: 30 })
})

test('the time that is left is that of the whole job, and goes on falling when another phase begins', () => {
  // Writes at 1 MB/s and reads back at 5 MB/s, with and without a read rate measured before.
  for (const readPace of [5_000_000, null]) {
    const job = startRun()
    const size = 100_000_000
    let writing: number | null = null
    const afterwards = (pace: number | null) => {
      writing = pace ?? writing
      const rate = readPace ?? writing
      return rate === null ? null : size / rate
    }
    const told: { eta: number; really: number }[] = []
    let really = 121
    const work = (seconds: number, bytes: number) => {
      for (let turn = 0; turn < seconds * 5; turn++) {
        job.pass(200)
        really -= 0.2
        job.run.advance(bytes / 5)
        if (job.last.eta !== null) told.push({ eta: job.last.eta, really })
      }
    }
    job.run.enter('write', size, { afterwards })
    work(100, 1_000_000)
    job.run.enter('flush', null, { afterwards })
    work(1, 0)
    job.run.enter('read-back', size, { pace: readPace ?? writing })
    work(20, 5_000_000)
    expect(told.length).toBeGreaterThan(580)
    for (const [index, { eta, really: left }] of told.entries()) {
      if (index > 0) expect(eta).toBeLessThanOrEqual(told[index - 1]!.eta + 0.01)
      // The duration of a flush, here 1 s of 121 s, cannot be predicted.
      if (readPace !== null) expect(Math.abs(eta - left)).toBeLessThan(2)
    }
    expect(told.at(-1)!.eta).toBeLessThan(1)
  }
})

test('nobody is told the time of a first phase alone when what follows is not known', () => {
  const job = startRun()
  job.run.enter('prove', 1000, unknownEta)
  for (let turn = 0; turn < 20; turn++) {
    job.pass(200)
    job.run.advance(10)
  }
  expect(job.last.rate).toBeGreaterThan(0)
  expect(job.last.eta).toBeNull()
})
