import { expect, test } from 'vitest'
import type { Drive } from '../../../src-shared/drive.ts'
import type { Bridge } from '../../../src-shared/window-api.ts'
import { DriveChoice } from '../../../src-renderer/drive/drive-choice.svelte.ts'
import { DriveList } from '../../../src-renderer/drive/drive-list.svelte.ts'
import { Jobs } from '../../../src-renderer/job/jobs.svelte.ts'
import { makeDrive } from './drives.ts'

function makeList(): DriveList {
  const file = makeDrive('/tmp/drive.img')
  file.identity.kind = 'file'
  const failure = { code: 'drive-not-found', title: 'No', advice: '', driveState: null, details: {} }
  return new DriveList((async (_name: string, { path }: { path: string }) =>
    path === '/tmp/drive.img' ? { ok: true, value: file } : { ok: false, failure }) as unknown as Bridge['call'])
}

test('a disk-image file outlives the news of drives, and is not listed twice', async () => {
  const list = makeList()
  await list.addFile('/tmp/drive.img')
  await list.addFile('/tmp/drive.img')
  list.accept([makeDrive('/dev/sdb')])
  expect(list.all.map(({ identity }) => identity.device)).toEqual(['/dev/sdb', '/tmp/drive.img'])
})

test('a drive that is plugged in comes last, wherever the system lists it', async () => {
  const devices = (list: DriveList) => list.all.map(({ identity }) => identity.device)
  const list = makeList()
  list.accept([makeDrive('/dev/sdb'), makeDrive('/dev/sdd')])
  await list.addFile('/tmp/drive.img')
  list.accept([makeDrive('/dev/sda'), makeDrive('/dev/sdb'), makeDrive('/dev/sdc'), makeDrive('/dev/sdd')])
  expect(devices(list)).toEqual(['/dev/sdb', '/dev/sdd', '/tmp/drive.img', '/dev/sda', '/dev/sdc'])
})

test('a drive of the machine that is added by hand, before or after it is seen, is listed and chosen once', async () => {
  const seen = makeDrive('/dev/sdb')
  const call = (async () => ({ ok: true, value: makeDrive('/dev/sdb') })) as unknown as Bridge['call']
  for (const addFirst of [true, false]) {
    const list = new DriveList(call)
    if (addFirst) await list.addFile('/dev/sdb')
    list.accept([seen])
    if (!addFirst) expect(await list.addFile('/dev/sdb')).toBe(seen)
    expect(list.all).toEqual([seen])
    list.accept([])
    expect(list.all).toHaveLength(1)
  }
})

test('why a disk-image file could not be added is kept until another could', async () => {
  const list = makeList()
  expect(await list.addFile('/nowhere')).toBeNull()
  expect(list.failure?.title).toBe('No')
  await list.addFile('/tmp/drive.img')
  expect(list.failure).toBeNull()
})

test('a disk-image file that is gone, or is another one by now, is looked for when the drives change, and chosen no more', async () => {
  for (const then of [null, makeDrive('/tmp/drive.img', {}, 'another')]) {
    let now: Drive | null = makeDrive('/tmp/drive.img', {}, 'one')
    const call = (async () => (now ? { ok: true, value: now } : { ok: false })) as unknown as Bridge['call']
    const list = new DriveList(call)
    const choice = new DriveChoice(list, new Jobs(call), 'write')
    choice.choose(await list.addFile('/tmp/drive.img'))
    list.accept([])
    await list.lookAgain()
    expect(choice.chosen).toHaveLength(1)
    now = then
    list.accept([makeDrive('/dev/sdb')])
    await expect.poll(() => choice.gone.map(({ name }) => name)).toEqual(['SanDisk Ultra'])
    expect(choice.chosen).toEqual([])
    expect(list.all.map(({ identity }) => identity.device)).toEqual(['/dev/sdb'])
  }
})

test('nothing is begun with a disk-image file that is gone, or with what is chosen meanwhile', async () => {
  let there = true
  const file = makeDrive('/tmp/drive.img')
  const call = (async () => (there ? { ok: true, value: file } : { ok: false })) as unknown as Bridge['call']
  const list = new DriveList(call)
  const choice = new DriveChoice(list, new Jobs(call), 'identify')
  list.accept([makeDrive('/dev/sdb', {}, 'B')])
  choice.choose(await list.addFile('/tmp/drive.img'))
  expect(await choice.lookAgain()).toBe(true)
  const looking = choice.lookAgain()
  choice.choose(list.all[0]!)
  expect(await looking).toBe(false)
  choice.choose(list.all[1]!)
  there = false
  expect(await choice.lookAgain()).toBe(false)
  expect(choice.chosen).toEqual([])
})
