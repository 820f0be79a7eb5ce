import fc from 'fast-check'
import { expect, test } from 'vitest'
import { describeEnd as describeIn } from '../../../../src-main/hosts/electron/describe-end.ts'
import { JobBatch, type JobEnd } from '../../../../src-main/hosts/electron/job-batch.ts'
import { windowWords } from '../../../../src-main/hosts/electron/window-words.ts'
import type { JobEvent } from '../../../../src-shared/job.ts'
import { phases, type Phase } from '../../../../src-shared/phase.ts'
import type { Receipt } from '../../../../src-shared/receipt.ts'

const describeEnd = (endings: JobEnd[]) => describeIn(endings, windowWords.en.ended)
const enter = (phase: Phase): JobEvent => ({ event: 'phase', phase })
const progress = (phase: Phase, bytes: number, total: number | null = 100): JobEvent => ({
  ...{ event: 'progress', phase, bytes, total, rate: 1, eta: null, limit: null, rates: {}, skipped: 0 },
})
const failed = (code: 'interrupted' | 'drive-gone'): JobEnd => ({
  ...{ event: 'failed', code, title: 'The drive is gone', advice: 'Plug it in.', driveState: 'unknown', details: {} },
})
const done = (
  job: Receipt['job'],
  state: 'proved' | 'untouched' = 'proved',
  kind: 'block' | 'file' = 'block',
): JobEnd => {
  const identity = { vendor: 'SanDisk', model: 'Ultra', device: '/dev/sdb', kind }
  const drive = job === 'download' ? null : { identity, state }
  return { event: 'done', receipt: { job, drive, statement: 'It holds.' } as unknown as Receipt }
}
const batchOf = (...events: [string, JobEvent][]) => {
  const batch = new JobBatch()
  for (const [id, event] of events) batch.accept(id, event)
  return batch
}

test('nobody knows how far a job is before its first phase of a known length', () => {
  expect(batchOf(['a', enter('signature')]).done).toBeNull()
  expect(batchOf(['a', enter('write')], ['a', progress('write', 50, null)]).done).toBeNull()
})

test('a write leads to its read-back, and a comparison alone is all there is', () => {
  const write = batchOf(['a', enter('write')], ['a', progress('write', 100)])
  expect(write.done).toBeCloseTo(0.6)
  write.accept('a', enter('flush'))
  write.accept('a', enter('read-back'))
  expect(write.done).toBeCloseTo(0.6)
  write.accept('a', progress('read-back', 50))
  expect(write.done).toBeCloseTo(0.8)
  expect(batchOf(['a', enter('read-back')], ['a', progress('read-back', 50)]).done).toBeCloseTo(0.5)
})

test('several jobs are one, also when one of them has ended', () => {
  const batch = batchOf(['a', enter('write')], ['b', enter('write')], ['a', progress('write', 100)])
  expect(batch.done).toBeCloseTo(0.3)
  batch.accept('a', failed('drive-gone'))
  expect(batch).toMatchObject({ done: null, running: 1, failed: true })
  batch.accept('b', progress('write', 50))
  expect(batch.done).toBeCloseTo(0.65)
})

test('a job that somebody stopped has not failed', () => {
  expect(batchOf(['a', enter('write')], ['a', failed('interrupted')]).failed).toBe(false)
})

test('what is known of the way never goes back, whatever comes', () => {
  const events = fc.oneof(
    fc.constantFrom(...phases).map(enter),
    fc.tuple(fc.constantFrom(...phases), fc.nat(100), fc.option(fc.nat(100))).map((all) => progress(...all)),
  )
  fc.assert(
    fc.property(fc.array(events), (all) => {
      const batch = new JobBatch()
      let last = 0
      for (const event of all) {
        batch.accept('a', event)
        const { done: now } = batch
        if (now === null) continue
        expect(now).toBeGreaterThanOrEqual(last)
        expect(now).toBeLessThanOrEqual(1)
        last = now
      }
    }),
  )
})

test('the end of one job is told with the state of its drive', () => {
  expect(describeEnd([done('write')])).toEqual({
    title: 'SanDisk Ultra is written',
    body: 'The drive matches the image. You can unplug it.',
  })
  expect(describeEnd([done('write', 'proved', 'file')])!.body).toBe('The drive matches the image.')
  expect(describeEnd([done('verify', 'untouched')])!.body).toBe('The drive matches the image.')
  expect(describeEnd([done('download')])!.title).toBe('The download is complete')
  expect(describeEnd([failed('drive-gone')])).toEqual({
    title: 'The job failed',
    body: 'The contents of the drive are unknown. Do not boot from it.',
  })
})

test('the end of several is told in one line, and nobody is told what they stopped themselves', () => {
  expect(describeEnd([done('write'), done('write')])!.title).toBe('All 2 jobs have ended')
  expect(describeEnd([done('write'), failed('drive-gone'), done('write')])!.title).toBe('1 of 3 jobs failed')
  expect(describeEnd([failed('interrupted')])).toBeNull()
  expect(describeEnd([failed('interrupted'), done('write')])!.title).toBe('SanDisk Ultra is written')
})
