import { expect, test } from 'vitest'
import type { Drive } from '../../../src-shared/drive.ts'
import type { SourcePreview } from '../../../src-shared/api.ts'
import type { WriteSpec } from '../../../src-shared/job.ts'
import { keyOf } from '../../../src-shared/same-drive.ts'
import { makeDrive } from '../drive/drives.ts'
import { done, failed, makeDesk, settle } from './fake-core.ts'

const consent = { unproved: false }
const [a, b, c] = ['/dev/sda', '/dev/sdb', '/dev/sdc'].map((device) => makeDrive(device)) as [Drive, Drive, Drive]

async function writeTo(...drives: Drive[]) {
  const made = await makeDesk()
  const { app } = made
  app.drives.accept([a, b, c])
  app.write.drives.several = drives.length > 1
  for (const drive of drives) app.write.drives.toggle(drive)
  app.write.start(consent)
  await settle()
  return { ...made, tab: app.write }
}

test('one drive is one job', async () => {
  const { calls, tab } = await writeTo(a)
  expect(tab.state).toBe('running')
  expect(calls.at(-1)).toMatchObject({ name: 'start', args: { spec: { job: 'write', drive: '/dev/sda' } } })
})

test('several drives are started together, and each is a job of its own', async () => {
  const { calls, tab, tell } = await writeTo(a, c)
  const { name, args } = calls.at(-1)!
  expect(name).toBe('startWrites')
  expect(args['spec']).toEqual({
    source: tab.image.source,
    verify: true,
    eject: false,
    drives: [a, c].map(({ identity }) => ({ drive: identity.device, identity, confirmed: undefined })),
  })
  tell('job 2', { event: 'phase', phase: 'write' })
  expect(tab.jobs.map(({ view }) => view.phase)).toEqual([null, 'write'])
})

test('what a job says before its name is known is not lost', async () => {
  const { app, tell } = await makeDesk()
  app.drives.accept([a])
  app.write.drives.choose(a)
  app.write.start(consent)
  tell('job 1', { event: 'phase', phase: 'signature' })
  await settle()
  expect(app.write.job?.view.phase).toBe('signature')
})

test('the name of a precious drive is told only where it was typed', async () => {
  const { app, calls } = await makeDesk()
  const [one, other] = [makeDrive('/dev/sda', { precious: true }), makeDrive('/dev/sdb')]
  app.drives.accept([one, other])
  app.write.drives.several = true
  app.write.drives.toggle(one)
  app.write.drives.toggle(other)
  app.write.start({ ...consent, confirmed: [keyOf(one.identity)] })
  const { drives } = calls.at(-1)!.args['spec'] as WriteSpec
  expect(drives.map(({ confirmed }) => confirmed)).toEqual(['SanDisk Ultra', undefined])
})

test('a drive that a job works on is not offered for another, with what works on it', async () => {
  const { app, tell } = await writeTo(a)
  expect(app.verify.drives.offered).toEqual([b, c])
  expect(app.verify.drives.withheld).toEqual([{ drive: a, usedBy: 'write' }])
  tell('job 1', done())
  expect(app.verify.drives.offered).toEqual([a, b, c])
})

test('a drive that was chosen for one job and is written by another is chosen no more, also afterwards', async () => {
  const { app, tell } = await makeDesk()
  app.drives.accept([a, b])
  app.verify.drives.choose(a)
  app.write.drives.choose(a)
  app.write.start(consent)
  await settle()
  tell('job 1', done())
  expect(app.verify.drives.chosen).toEqual([])
})

test('jobs of different kinds go on side by side', async () => {
  const { app, tell } = await writeTo(a)
  app.selected = 'verify'
  app.verify.drives.choose(b)
  app.verify.start({ unproved: false })
  await settle()
  tell('job 2', { event: 'phase', phase: 'read-back' })
  tell('job 1', { event: 'phase', phase: 'prepare' })
  expect(app.write.job?.view.phase).toBe('prepare')
  expect(app.verify.job?.view.phase).toBe('read-back')
})

test('the choices of a job are not those of another', async () => {
  const { app } = await makeDesk()
  app.verify.image.chooseFile('/a.raw')
  app.selected = 'write'
  app.write.image.chooseFormat('4k.raw.xz')
  app.selected = 'verify'
  expect(app.verify.image.source).toEqual({ image: { kind: 'file', path: '/a.raw' } })
  expect(app.write.image.source).toMatchObject({ image: { format: '4k.raw.xz' } })
})

test('the sectors of the drive decide on the format of an installed system', async () => {
  const { app } = await makeDesk()
  const formatOf = () => app.write.image.source?.image
  const [usual, large] = [makeDrive('/dev/sda'), makeDrive('/dev/sdb', { sectorSize: 4096 })]
  app.drives.accept([usual, large])
  expect(formatOf()).toMatchObject({ format: 'raw.xz' })
  app.write.drives.choose(large)
  expect(formatOf()).toMatchObject({ format: '4k.raw.xz' })
  app.write.drives.choose(usual)
  expect(formatOf()).toMatchObject({ format: 'raw.xz' })
  // An ISO starts from drives of either kind.
  app.write.image.chooseFormat('iso')
  app.write.drives.choose(large)
  expect(formatOf()).toMatchObject({ format: 'iso' })
})

test('drives of different sector sizes are not written together', async () => {
  const { app } = await makeDesk()
  const [usual, large] = [makeDrive('/dev/sda'), makeDrive('/dev/sdb', { sectorSize: 4096 })]
  app.drives.accept([usual, large])
  app.write.drives.several = true
  for (const drive of [usual, large]) app.write.drives.toggle(drive)
  expect(app.write.image.source).toMatchObject({ image: { format: 'raw.xz' } })
  app.write.preview.value = { imageSize: 1 } as SourcePreview
  expect(app.write.blocker).toMatchObject({ kind: 'sectors', sectorSize: 4096 })
})

test('what failed is tried again alone, while the others go on', async () => {
  const { app, tab, calls, tell } = await writeTo(a, b, c)
  tell('job 2', failed())
  expect(tab.canStartAgain(tab.jobs[0]!)).toBe(false)
  tab.startAgain(tab.jobs[1]!)
  await settle()
  expect(calls.at(-1)).toMatchObject({ name: 'start', args: { spec: { job: 'write', drive: '/dev/sdb' } } })
  expect(tab.jobs.map(({ id }) => id)).toEqual(['job 1', 'job 4', 'job 3'])
  expect(app.jobs.running).toHaveLength(3)
})

test('trying again waits for the same drive, whatever its letter then', async () => {
  const { app, tab, calls, tell } = await writeTo(a, b)
  tell('job 2', failed())
  app.drives.accept([a, makeDrive('/dev/sdb', {}, 'another')])
  expect(tab.canStartAgain(tab.jobs[1]!)).toBe(false)
  tab.startAgain(tab.jobs[1]!)
  expect(calls.filter(({ name }) => name === 'start')).toEqual([])
  app.drives.accept([a, makeDrive('/dev/sdq', {}, '/dev/sdb')])
  tab.startAgain(tab.jobs[1]!)
  expect(calls.at(-1)).toMatchObject({ args: { spec: { drive: '/dev/sdq', identity: { device: '/dev/sdq' } } } })
})

test('trying again is not offered while another job works on the drive', async () => {
  const { app, tab, tell } = await writeTo(a)
  tell('job 1', failed())
  app.verify.drives.choose(a)
  app.verify.start(consent)
  expect(tab.canStartAgain(tab.jobs[0]!)).toBe(false)
})

test('what fails the same again is not tried again: its release is not known any more', async () => {
  const { tab, calls, tell } = await writeTo(a, b)
  tell('job 1', failed('release-gone'))
  tell('job 2', failed())
  expect(tab.jobs.map((job) => tab.canStartAgain(job))).toEqual([false, true])
  tab.startAgain(tab.jobs[0]!)
  expect(calls.filter(({ name }) => name === 'start')).toEqual([])
})

test('one of several is stopped alone, or all are', async () => {
  const { tab, calls, tell } = await writeTo(a, b, c)
  const stopped = () => calls.filter(({ name }) => name === 'cancel').map(({ args }) => args['id'])
  await tab.stop([tab.jobs[1]!])
  expect(stopped()).toEqual(['job 2'])
  expect(tab.jobs.map(({ stopping }) => stopping)).toEqual([false, true, false])
  tell('job 2', failed('interrupted'))
  await tab.stop()
  expect(stopped()).toEqual(['job 2', 'job 1', 'job 3'])
})

test('a tab is only put away when all its jobs are over', async () => {
  const { tab, tell } = await writeTo(a, b)
  tell('job 1', done())
  tab.putAway()
  expect(tab.jobs).toHaveLength(2)
  tell('job 2', failed())
  expect(tab.state).toBe('failed')
  tab.putAway()
  expect(tab.state).toBe('choosing')
})

test('after a write the image stays chosen, and no drive', async () => {
  const { tab, tell } = await writeTo(a)
  const { source } = tab.image
  tell('job 1', done())
  tab.putAway()
  expect(tab.image.source).toEqual(source)
  expect(tab.drives.chosen).toEqual([])
})

test('what is known of an image before a write is looked at again after it: it may be in the cache now', async () => {
  const { tab, calls, tell } = await writeTo(a)
  const looks = () => calls.filter(({ name }) => name === 'preview').length
  const before = looks()
  tab.preview.look(tab.image.source)
  await settle()
  expect(looks()).toBe(before)
  tell('job 1', done())
  tab.putAway()
  tab.preview.look(tab.image.source)
  await settle()
  expect(looks()).toBe(before + 1)
})

async function compareWith(drive: Drive) {
  const made = await makeDesk()
  made.app.drives.accept([drive])
  made.app.verify.image.chooseFormat('iso')
  made.app.verify.drives.choose(drive)
  made.app.verify.start(consent)
  await settle()
  made.tell('job 1', failed('verify-mismatch'))
  return made
}

test('a drive that differs can be identified', async () => {
  const { app, calls } = await compareWith(a)
  app.identifyDriveOf(app.verify.job!)
  expect(app.selected).toBe('identify')
  await settle()
  expect(calls.at(-1)).toMatchObject({ name: 'start', args: { spec: { job: 'identify', drive: '/dev/sda' } } })
})

test('a drive that differs can be written again, which the user still has to confirm', async () => {
  const { app } = await compareWith(a)
  app.writeCompared(app.verify.job!)
  expect(app.selected).toBe('write')
  expect(app.write.image.source).toMatchObject({ image: { format: 'iso' } })
  expect(app.write.drives.chosen).toEqual([a])
  expect(app.write.state).toBe('choosing')
})

test('a drive that must not be written is not chosen for that', async () => {
  const system = makeDrive('/dev/sda', { refusals: [{ code: 'drive-system', title: '', details: {} }] })
  const { app } = await compareWith(system)
  app.writeCompared(app.verify.job!)
  expect(app.write.drives.chosen).toEqual([])
})

test('a drive can be compared with an image file', async () => {
  const { app } = await compareWith(a)
  app.compareWithFile(app.verify.job!)
  expect(app.verify.image.kind).toBe('file')
  expect(app.verify.drives.chosen).toEqual([a])
})

test('the options for after a write are those of the settings, until they are changed for one write', async () => {
  const { app, calls, tell } = await makeDesk()
  app.drives.accept([a])
  app.write.drives.choose(a)
  app.write.after.readBack = false
  app.write.after.eject = true
  app.write.start(consent)
  await settle()
  expect(calls.at(-1)!.args['spec']).toMatchObject({ verify: false, eject: true })
  tell('job 1', done())
  app.write.putAway()
  expect(app.write.after).toMatchObject({ readBack: true, eject: false })
})

test('a stopped job is not a failed one', async () => {
  const { tab, tell } = await writeTo(a)
  tell('job 1', failed('interrupted'))
  expect(tab.state).toBe('stopped')
})

test('how much is done never goes back, and what is over is done', async () => {
  const { tab, tell } = await writeTo(a, b)
  const progress = (bytes: number) => ({
    ...({ event: 'progress', phase: 'write', bytes, total: 100 } as const),
    ...{ rate: 1, eta: null, limit: null, rates: {}, skipped: 0 },
  })
  tell('job 1', { event: 'phase', phase: 'write' })
  tell('job 1', progress(50))
  const half = tab.fraction
  expect(half).toBeGreaterThan(0)
  tell('job 1', { event: 'phase', phase: 'prove' })
  expect(tab.fraction).toBe(half)
  tell('job 1', done())
  expect(tab.fraction).toBe(0.5)
  tell('job 2', failed())
  expect(tab.fraction).toBe(1)
})
