import { expect, test } from 'vitest'
import type { Drive } from '../../../src-shared/drive.ts'
import type { WriteSpec } from '../../../src-shared/job.ts'
import { keyOf } from '../../../src-shared/same-drive.ts'
import { makeDrive } from '../drive/drives.ts'
import { done, failed, makeDesk, settle } from './fake-core.ts'

const consent = { readBack: true, unproved: false }
const [a, b, c] = ['/dev/sda', '/dev/sdb', '/dev/sdc'].map((device) => makeDrive(device)) as [Drive, Drive, Drive]

async function writeTo(...drives: Drive[]) {
  const made = await makeDesk()
  const { desk } = made
  desk.drives.accept([a, b, c])
  desk.write.drives.several = drives.length > 1
  for (const drive of drives) desk.write.drives.toggle(drive)
  desk.write.start(consent)
  await settle()
  return { ...made, bench: desk.write }
}

test('one drive is one job', async () => {
  const { calls, bench } = await writeTo(a)
  expect(bench.state).toBe('running')
  expect(calls.at(-1)).toMatchObject({ name: 'start', args: { spec: { job: 'write', drive: '/dev/sda' } } })
})

test('several drives are started together, and each is a job of its own', async () => {
  const { calls, bench, tell } = await writeTo(a, c)
  const { name, args } = calls.at(-1)!
  expect(name).toBe('startWrites')
  expect(args['spec']).toEqual({
    source: bench.image.source,
    verify: true,
    eject: false,
    drives: [a, c].map(({ identity }) => ({ drive: identity.device, identity, confirmed: undefined })),
  })
  tell('job 2', { event: 'phase', phase: 'write' })
  expect(bench.jobs.map(({ view }) => view.phase)).toEqual([null, 'write'])
})

test('what a job says before its name is known is not lost', async () => {
  const { desk, tell } = await makeDesk()
  desk.drives.accept([a])
  desk.write.drives.choose(a)
  desk.write.start(consent)
  tell('job 1', { event: 'phase', phase: 'signature' })
  await settle()
  expect(desk.write.job?.view.phase).toBe('signature')
})

test('the name of a precious drive is told only where it was typed', async () => {
  const { desk, calls } = await makeDesk()
  const [one, other] = [makeDrive('/dev/sda', { precious: true }), makeDrive('/dev/sdb')]
  desk.drives.accept([one, other])
  desk.write.drives.several = true
  desk.write.drives.toggle(one)
  desk.write.drives.toggle(other)
  desk.write.start({ ...consent, confirmed: [keyOf(one.identity)] })
  const { drives } = calls.at(-1)!.args['spec'] as WriteSpec
  expect(drives.map(({ confirmed }) => confirmed)).toEqual(['SanDisk Ultra', undefined])
})

test('a drive that a job works on is not offered for another, with what works on it', async () => {
  const { desk, tell } = await writeTo(a)
  expect(desk.verify.drives.offered).toEqual([b, c])
  expect(desk.verify.drives.withheld).toEqual([{ drive: a, usedBy: 'write' }])
  tell('job 1', done())
  expect(desk.verify.drives.offered).toEqual([a, b, c])
})

test('a drive that was chosen for one job and is written by another is chosen no more, also afterwards', async () => {
  const { desk, tell } = await makeDesk()
  desk.drives.accept([a, b])
  desk.verify.drives.choose(a)
  desk.write.drives.choose(a)
  desk.write.start(consent)
  await settle()
  tell('job 1', done())
  expect(desk.verify.drives.chosen).toEqual([])
})

test('jobs of different kinds go on side by side', async () => {
  const { desk, tell } = await writeTo(a)
  desk.tab = 'verify'
  desk.verify.drives.choose(b)
  desk.verify.start({ readBack: true, unproved: false })
  await settle()
  tell('job 2', { event: 'phase', phase: 'read-back' })
  tell('job 1', { event: 'phase', phase: 'prepare' })
  expect(desk.write.job?.view.phase).toBe('prepare')
  expect(desk.verify.job?.view.phase).toBe('read-back')
})

test('the choices of a job are not those of another', async () => {
  const { desk } = await makeDesk()
  desk.verify.image.chooseFile('/a.raw')
  desk.tab = 'write'
  desk.write.image.chooseFormat('4k.raw.xz')
  desk.tab = 'verify'
  expect(desk.verify.image.source).toEqual({ image: { kind: 'file', path: '/a.raw' } })
  expect(desk.write.image.source).toMatchObject({ image: { format: '4k.raw.xz' } })
})

test('what failed is tried again alone, while the others go on', async () => {
  const { desk, bench, calls, tell } = await writeTo(a, b, c)
  tell('job 2', failed())
  expect(bench.canStartAgain(bench.jobs[0]!)).toBe(false)
  bench.startAgain(bench.jobs[1]!)
  await settle()
  expect(calls.at(-1)).toMatchObject({ name: 'start', args: { spec: { job: 'write', drive: '/dev/sdb' } } })
  expect(bench.jobs.map(({ id }) => id)).toEqual(['job 1', 'job 4', 'job 3'])
  expect(desk.jobs.running).toHaveLength(3)
})

test('trying again waits for the same drive, whatever its letter then', async () => {
  const { desk, bench, calls, tell } = await writeTo(a, b)
  tell('job 2', failed())
  desk.drives.accept([a, makeDrive('/dev/sdb', {}, 'another')])
  expect(bench.canStartAgain(bench.jobs[1]!)).toBe(false)
  bench.startAgain(bench.jobs[1]!)
  expect(calls.filter(({ name }) => name === 'start')).toEqual([])
  desk.drives.accept([a, makeDrive('/dev/sdq', {}, '/dev/sdb')])
  bench.startAgain(bench.jobs[1]!)
  expect(calls.at(-1)).toMatchObject({ args: { spec: { drive: '/dev/sdq', identity: { device: '/dev/sdq' } } } })
})

test('trying again is not offered while another job works on the drive', async () => {
  const { desk, bench, tell } = await writeTo(a)
  tell('job 1', failed())
  desk.verify.drives.choose(a)
  desk.verify.start(consent)
  expect(bench.canStartAgain(bench.jobs[0]!)).toBe(false)
})

test('what fails the same again is not tried again: its release is not known any more', async () => {
  const { bench, calls, tell } = await writeTo(a, b)
  tell('job 1', failed('release-gone'))
  tell('job 2', failed())
  expect(bench.jobs.map((job) => bench.canStartAgain(job))).toEqual([false, true])
  bench.startAgain(bench.jobs[0]!)
  expect(calls.filter(({ name }) => name === 'start')).toEqual([])
})

test('one of several is stopped alone, or all are', async () => {
  const { bench, calls, tell } = await writeTo(a, b, c)
  const stopped = () => calls.filter(({ name }) => name === 'cancel').map(({ args }) => args['id'])
  await bench.stop([bench.jobs[1]!])
  expect(stopped()).toEqual(['job 2'])
  expect(bench.jobs.map(({ stopping }) => stopping)).toEqual([false, true, false])
  tell('job 2', failed('interrupted'))
  await bench.stop()
  expect(stopped()).toEqual(['job 2', 'job 1', 'job 3'])
})

test('a bench is only put away when all its jobs are over', async () => {
  const { bench, tell } = await writeTo(a, b)
  tell('job 1', done())
  bench.putAway()
  expect(bench.jobs).toHaveLength(2)
  tell('job 2', failed())
  expect(bench.state).toBe('failed')
  bench.putAway()
  expect(bench.state).toBe('choosing')
})

test('after a write the image stays chosen, and no drive', async () => {
  const { bench, tell } = await writeTo(a)
  const { source } = bench.image
  tell('job 1', done())
  bench.putAway()
  expect(bench.image.source).toEqual(source)
  expect(bench.drives.chosen).toEqual([])
})

test('what is known of an image before a write is looked at again after it: it may be in the cache now', async () => {
  const { bench, calls, tell } = await writeTo(a)
  const looks = () => calls.filter(({ name }) => name === 'preview').length
  const before = looks()
  bench.preview.look(bench.image.source)
  await settle()
  expect(looks()).toBe(before)
  tell('job 1', done())
  bench.putAway()
  bench.preview.look(bench.image.source)
  await settle()
  expect(looks()).toBe(before + 1)
})

test('a written drive is compared with the same image', async () => {
  const { desk, bench, tell } = await writeTo(a)
  bench.image.chooseFormat('4k.raw.xz')
  tell('job 1', done())
  desk.verifyWritten(bench.job!)
  expect(desk.tab).toBe('verify')
  expect(desk.verify.image.source).toMatchObject({ image: { format: '4k.raw.xz' } })
  expect(desk.verify.drives.chosen).toEqual([a])
})

test('how much is done never goes back, and what is over is done', async () => {
  const { bench, tell } = await writeTo(a, b)
  const progress = (bytes: number) => ({
    ...({ event: 'progress', phase: 'write', bytes, total: 100 } as const),
    ...{ rate: 1, eta: null, limit: null, rates: {}, skipped: 0 },
  })
  tell('job 1', { event: 'phase', phase: 'write' })
  tell('job 1', progress(50))
  const half = bench.fraction
  expect(half).toBeGreaterThan(0)
  tell('job 1', { event: 'phase', phase: 'prove' })
  expect(bench.fraction).toBe(half)
  tell('job 1', done())
  expect(bench.fraction).toBe(0.5)
  tell('job 2', failed())
  expect(bench.fraction).toBe(1)
})
