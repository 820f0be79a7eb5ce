import { link, mkdir, readdir, readFile, symlink, writeFile } from 'node:fs/promises'
import { basename } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { renameOver, replaceFile, writeNewFile } from '../../../src-main/files/regular-file.ts'
import { recordDisk } from '../../support/drives/record-disk.ts'
import { makeTemporaryDirectory, type TemporaryDirectory } from '../../support/files/temporary.ts'

let directory: TemporaryDirectory
beforeEach(async () => {
  directory = await makeTemporaryDirectory()
})
afterEach(() => directory.dispose())

const onLinux = process.platform === 'linux'

test('a file that is replaced is whole under its name, and neither a link nor a second name of it is written through', async () => {
  const [path, other] = [directory.file('file'), directory.file('other')]
  await writeFile(other, 'other')
  await symlink(other, path)
  await replaceFile(path, 'first')
  await link(path, directory.file('second name'))
  await replaceFile(path, 'second')
  expect(await readFile(path, 'utf8')).toBe('second')
  expect(await readFile(other, 'utf8')).toBe('other')
  expect(await readFile(directory.file('second name'), 'utf8')).toBe('first')
  expect((await readdir(directory.path)).toSorted()).toEqual(['file', 'other', 'second name'])
})

test.skipIf(!onLinux)('a file is flushed before it has its name, and its folder afterwards', async () => {
  const disk = await recordDisk()
  try {
    await replaceFile(directory.file('file'), 'content')
    await writeNewFile(directory.file('new'), Buffer.from('content'))
  } finally {
    disk.restore()
  }
  const names = disk.steps.map((step) => step.replaceAll(/[0-9a-f-]{36}/g, 'UUID'))
  expect(names).toEqual([
    'sync file.UUID.tmp',
    'rename file.UUID.tmp file',
    `sync ${basename(directory.path)}`,
    'sync new.UUID.tmp',
    'link new.UUID.tmp new',
    `sync ${basename(directory.path)}`,
  ])
})

test('a new file takes no other file’s place', async () => {
  const path = directory.file('file')
  await writeFile(path, 'mine')
  await expect(writeNewFile(path, Buffer.from('other'))).rejects.toMatchObject({ code: 'EEXIST' })
  await writeNewFile(path, Buffer.from('mine'))
  expect(await readFile(path, 'utf8')).toBe('mine')
  await mkdir(directory.file('folder'))
  await expect(writeNewFile(directory.file('folder'), Buffer.from('other'))).rejects.toMatchObject({ code: 'EEXIST' })
  expect((await readdir(directory.path)).toSorted()).toEqual(['file', 'folder'])
})

test('on Windows, a rename over a file that another program has open is tried again, for a second', async () => {
  let tries = 0
  const failing = (code: string, times: number) => async () => {
    if (++tries <= times) throw Object.assign(new Error(code), { code })
  }
  for (const code of ['EPERM', 'EACCES', 'EBUSY']) {
    tries = 0
    await renameOver('a', 'b', 'win32', failing(code, 2))
    expect(tries).toBe(3)
  }
  tries = 0
  await expect(renameOver('a', 'b', 'win32', failing('ENOENT', 1))).rejects.toMatchObject({ code: 'ENOENT' })
  await expect(renameOver('a', 'b', 'win32', failing('EPERM', Infinity))).rejects.toMatchObject({ code: 'EPERM' })
  expect(tries).toBe(9)
  await expect(renameOver('a', 'b', 'linux', failing('EPERM', Infinity))).rejects.toMatchObject({ code: 'EPERM' })
  expect(tries).toBe(10)
})
