import { expect, test } from 'vitest'
import type { Bridge } from '../../../src-shared/window-api.ts'
import { DriveList } from '../../../src-renderer/drive/drive-list.svelte.ts'
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

test('why a disk-image file could not be added is kept until another could', async () => {
  const list = makeList()
  expect(await list.addFile('/nowhere')).toBeNull()
  expect(list.failure?.title).toBe('No')
  await list.addFile('/tmp/drive.img')
  expect(list.failure).toBeNull()
})
