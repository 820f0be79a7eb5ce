import { expect, test } from 'vitest'
import type { RunningJob } from '../../../src-renderer/job/running-job.svelte.ts'
import { tellApart } from '../../../src-renderer/several/tell-apart.ts'

const jobOn = (driveName: string, device: string) =>
  ({ request: { driveName, spec: { job: 'write', drive: device, identity: { device } } } }) as unknown as RunningJob

test('two drives of one name are told apart by their devices, and no other', () => {
  const jobs = [
    jobOn('SanDisk Ultra', '/dev/sdb'),
    jobOn('SanDisk Ultra', '/dev/sdc'),
    jobOn('Kingston DT', '/dev/sdd'),
  ]
  expect(jobs.map((job) => tellApart(job, jobs))).toEqual([
    'SanDisk Ultra (/dev/sdb)',
    'SanDisk Ultra (/dev/sdc)',
    'Kingston DT',
  ])
  expect(tellApart(jobs[0]!, jobs.slice(0, 1))).toBe('SanDisk Ultra')
})
