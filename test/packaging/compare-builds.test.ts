import { mkdir, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { expect, test } from 'vitest'
import { compareBuilds } from '../../packaging/compare-builds.ts'
import { makeTemporaryDirectory } from '../support/files/temporary.ts'
import { makeArchive } from '../support/packages/make-archive.ts'

/** Creates a folder as packaging would, with an archive of `inside`. */
async function makeBuild(outside: Record<string, string>, inside: Record<string, string>) {
  const place = await makeTemporaryDirectory('kindling-build-')
  const put = async (path: string, text: string) => {
    await mkdir(dirname(place.file(path)), { recursive: true })
    await writeFile(place.file(path), text)
  }
  for (const [path, text] of Object.entries(outside)) await put(`build/${path}`, text)
  for (const [path, text] of Object.entries(inside)) await put(`inside/${path}`, text)
  await mkdir(place.file('build/resources'), { recursive: true })
  await makeArchive(place.file('inside'), place.file('build/resources/app.asar'))
  return { folder: place.file('build'), dispose: place.dispose }
}

test('two builds that are the same have nothing to tell', async () => {
  const [one, other] = await Promise.all([
    makeBuild({ kindling: 'x' }, { 'a.js': '1' }),
    makeBuild({ kindling: 'x' }, { 'a.js': '1' }),
  ])
  expect(compareBuilds(one.folder, other.folder)).toEqual({ same: 3, lines: [] })
  await Promise.all([one.dispose(), other.dispose()])
})

test('what differs is told file by file, inside of the archive too', async () => {
  const [one, other] = await Promise.all([
    makeBuild({ kindling: 'x', gone: '' }, { 'a.js': '1', 'b.js': '1' }),
    makeBuild({ kindling: 'y', come: '' }, { 'a.js': '1', 'b.js': '2' }),
  ])
  expect(compareBuilds(one.folder, other.folder)).toEqual({
    same: 1,
    lines: [
      'only the second has come',
      'only the first has gone',
      'kindling differs',
      'resources/app.asar differs',
      'resources/app.asar: b.js differs',
    ],
  })
  await Promise.all([one.dispose(), other.dispose()])
})
