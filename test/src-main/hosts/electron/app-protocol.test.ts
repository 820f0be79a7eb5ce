import { mkdir, writeFile } from 'node:fs/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { serveFolder } from '../../../../src-main/hosts/electron/app-protocol.ts'
import { makeTemporaryDirectory, type TemporaryDirectory } from '../../../support/files/temporary.ts'

let directory: TemporaryDirectory
let serve: ReturnType<typeof serveFolder>

beforeAll(async () => {
  directory = await makeTemporaryDirectory()
  await mkdir(directory.file('renderer'))
  await mkdir(directory.file('renderer-of-another'))
  await writeFile(directory.file('renderer/index.html'), '<!doctype html>')
  await writeFile(directory.file('renderer/notes.txt'), 'no page')
  await writeFile(directory.file('secret.js'), 'secret')
  await writeFile(directory.file('renderer-of-another/a.js'), 'secret')
  serve = serveFolder(directory.file('renderer'))
})
afterAll(() => directory?.dispose())

const get = (url: string, method = 'GET') => serve({ url, method })

test('a file of the folder is served with its type and the policy', async () => {
  const answer = await get('app://kindling/index.html')
  expect(answer.status).toBe(200)
  expect(answer.headers.get('content-type')).toBe('text/html; charset=utf-8')
  expect(answer.headers.get('content-security-policy')).toMatch(/^default-src 'none'/)
  expect(await answer.text()).toBe('<!doctype html>')
})

test.each([
  ['a path out of the folder', 'app://kindling/..%2fsecret.js'],
  ['a path out of it, encoded twice in part', 'app://kindling/a/..%2f..%2fsecret.js'],
  ['a folder whose name begins the same', 'app://kindling/..%2frenderer-of-another/a.js'],
  ['a zero byte', 'app://kindling/index.html%00.js'],
  ['a broken escape', 'app://kindling/%zz.js'],
  ['another host', 'app://other/index.html'],
  ['a type that no page needs', 'app://kindling/notes.txt'],
  ['the folder itself', 'app://kindling/'],
])('%s is refused', async (_name, url) => {
  expect((await get(url)).status).toBe(403)
})

test('only GET is answered', async () => {
  expect((await get('app://kindling/index.html', 'POST')).status).toBe(403)
})

test('a file that is not there is not found', async () => {
  expect((await get('app://kindling/gone.js')).status).toBe(404)
})
