import { expect, test } from 'vitest'
import type { News } from '../../../../src-shared/api.ts'
import type { JobEvent } from '../../../../src-shared/job.ts'
import { ok } from '../../../../src-shared/result.ts'
import type { CoreThread } from '../../../../src-main/hosts/electron/core-thread.ts'
import { RunningJobs } from '../../../../src-main/hosts/electron/running-jobs.ts'

/** The part of a core that the jobs are known by, with a way to tell news. */
function makeCore() {
  const cancelled: string[] = []
  let listener: (news: News) => void = () => {}
  const core = {
    onNews: (given: typeof listener) => void (listener = given),
    call: async (name: string, { id }: { id: string }) => {
      cancelled.push(`${name} ${id}`)
      return ok(null)
    },
  } as unknown as CoreThread
  return { core, cancelled, tell: (id: string, event: JobEvent) => listener({ news: 'job', id, event }) }
}

const failed = { event: 'failed', code: 'interrupted', title: '', advice: '', driveState: null, details: {} } as const

test('a job runs from its first event to its last', () => {
  const { core, tell } = makeCore()
  const jobs = new RunningJobs(core)
  const counts: number[] = []
  jobs.onChange((count) => counts.push(count))
  tell('a', { event: 'phase', phase: 'signature' })
  tell('a', { event: 'phase', phase: 'write' })
  tell('b', { event: 'phase', phase: 'signature' })
  tell('a', failed)
  tell('b', failed)
  expect(counts).toEqual([1, 2, 1, 0])
})

test('stopping cancels every job and waits until each has ended', async () => {
  const { core, cancelled, tell } = makeCore()
  const jobs = new RunningJobs(core)
  tell('a', { event: 'phase', phase: 'write' })
  let stopped = false
  const stop = jobs.stop().then(() => (stopped = true))
  await new Promise(setImmediate)
  expect(cancelled).toEqual(['cancel a'])
  expect(stopped).toBe(false)
  tell('a', failed)
  await stop
})

test('stopping nothing is done at once', async () => {
  await new RunningJobs(makeCore().core).stop()
})
