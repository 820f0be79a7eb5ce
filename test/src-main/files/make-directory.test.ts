import { readdir, readFile, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { makeDirectory, makeDirectoryNow } from '../../../src-main/files/make-directory.ts'
import { testWith } from '../../support/run/needs.ts'
import { makeTemporaryDirectory, type TemporaryDirectory } from '../../support/files/temporary.ts'

let temporary: TemporaryDirectory
beforeEach(async () => {
  temporary = await makeTemporaryDirectory()
})
afterEach(() => temporary.dispose())

describe.each([
  ['makeDirectory', makeDirectory],
  ['makeDirectoryNow', async (path: string) => makeDirectoryNow(path)],
])('%s', (_, make) => {
  test('makes what is missing, and leaves what is there', async () => {
    await make(temporary.file('a/b/c'))
    await make(temporary.file('a/b/c'))
    await make('/')
    expect((await stat(temporary.file('a/b/c'))).isDirectory()).toBe(true)
  })

  test('several at once make the same one', async () => {
    await Promise.all(Array.from({ length: 20 }, () => make(temporary.file('x/y/z'))))
    expect((await stat(temporary.file('x/y/z'))).isDirectory()).toBe(true)
  })

  test('fails where a file is in the way', async () => {
    await writeFile(temporary.file('file'), '')
    await expect(make(temporary.file('file'))).rejects.toMatchObject({ code: 'EEXIST' })
    await expect(make(temporary.file('file/within'))).rejects.toMatchObject({ code: 'ENOTDIR' })
  })

  testWith(['linux'], 'fails where the system makes none, and does not try again without end', async () => {
    for (const path of ['/proc/kindling', '/proc/kindling/images', '/proc/self/kindling'])
      await expect(make(path)).rejects.toMatchObject({ code: 'ENOENT' })
  })
})

test('no part of the program makes directories by the option of Node that never ends in /proc', async () => {
  const root = join(import.meta.dirname, '../../../src-main')
  const files = (await readdir(root, { recursive: true })).filter((name) => name.endsWith('.ts'))
  const texts = await Promise.all(files.map(async (name) => [name, await readFile(join(root, name), 'utf8')] as const))
  expect(texts.filter(([, text]) => /\bmkdir\w*\([^)]*recursive/.test(text)).map(([name]) => name)).toEqual([])
})
