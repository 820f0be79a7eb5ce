import { mkdir, readFile, stat, writeFile } from 'node:fs/promises'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { z } from 'zod'
import { JsonList } from '../../../src-main/files/json-list.ts'
import { makeTemporaryDirectory, type TemporaryDirectory } from '../../support/files/temporary.ts'

let folder: TemporaryDirectory
beforeEach(async () => {
  folder = await makeTemporaryDirectory()
})
afterEach(() => folder.dispose())

const path = () => folder.file('state/list.json')
const open = (limits = {}) => new JsonList(path(), z.number(), { mostItems: 3, mostBytes: 100, mode: 0o600, ...limits })

test('a list is stored in a folder that it makes, private if that is asked for', async () => {
  await open().replace([1, 2])
  expect(await open().read()).toEqual([1, 2])
  expect(await readFile(path(), 'utf8')).toBe('[1,2]\n')
  expect((await stat(path())).mode & 0o777).toBe(0o600)
})

test('a change keeps as many items as the list may have', async () => {
  await open().replace([1, 2])
  await open().change((all) => [4, 3, ...all])
  expect(await open().read()).toEqual([4, 3, 1])
})

test('a missing file is an empty list', async () => {
  expect(await open().read()).toEqual([])
  expect(await open().readStrictly()).toEqual([])
})

test.each([
  ['is not JSON', '[1,'],
  ['holds something else', '["1"]'],
  ['has too many items', '[1,2,3,4]'],
  ['is too large', `[1${' '.repeat(100)}]`],
])('a file that %s is empty to `read`, fails `readStrictly`, and is replaced by a change', async (_, text) => {
  await mkdir(folder.file('state'))
  await writeFile(path(), text)
  expect(await open().read()).toEqual([])
  await expect(open().readStrictly()).rejects.toThrow()
  await open().change((all) => [...all, 5])
  expect(await open().read()).toEqual([5])
})

test('a list that cannot be stored fails', async () => {
  await writeFile(folder.file('state'), 'a file')
  await expect(open().replace([1])).rejects.toThrow()
})
