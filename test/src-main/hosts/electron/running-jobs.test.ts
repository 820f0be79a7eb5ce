import { expect, test } from 'vitest'
import type { Api, News } from '../../../../src-shared/api.ts'
import type { JobEvent } from '../../../../src-shared/job.ts'
import { RunningJobs } from '../../../../src-main/hosts/electron/running-jobs.ts'

/** Makes the part of an Api that reports and cancels jobs, and a function that publishes events. */
function makeApi() {
  const cancelled: string[] = []
  let listener: (news: News) => void = () => {}
  const api = {
    subscribe(given: typeof listener) {
      listener = given
      return () => {}
    },
    cancel: async ({ id }: { id: string }) => {
      cancelled.push(id)
      return { ok: true, value: null }
    },
  } as unknown as Api
  return { api, cancelled, tell: (id: string, event: JobEvent) => listener({ news: 'job', id, event }) }
}

const failed = { event: 'failed', code: 'interrupted', title: '', advice: '', driveState: null, details: {} } as const

test('a job runs from its first event to its last', () => {
  const { api, tell } = makeApi()
  const jobs = new RunningJobs(api)
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
  const { api, cancelled, tell } = makeApi()
  const jobs = new RunningJobs(api)
  tell('a', { event: 'phase', phase: 'write' })
  let stopped = false
  const stop = jobs.stop().then(() => (stopped = true))
  await new Promise(setImmediate)
  expect(cancelled).toEqual(['a'])
  expect(stopped).toBe(false)
  tell('a', failed)
  await stop
})

test('stopping nothing is done at once', async () => {
  await new RunningJobs(makeApi().api).stop()
})
