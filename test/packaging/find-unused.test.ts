import { mkdir, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { expect, test } from 'vitest'
import { findUnused } from '../../packaging/find-unused.ts'
import { makeTemporaryDirectory } from '../support/files/temporary.ts'
import { makeArchive } from '../support/packages/make-archive.ts'

/** Runs findUnused on an app archive of these files. */
async function findUnusedIn(files: Record<string, string>) {
  const place = await makeTemporaryDirectory('kindling-asar-')
  try {
    for (const [path, text] of Object.entries(files)) {
      await mkdir(dirname(place.file(`app/${path}`)), { recursive: true })
      await writeFile(place.file(`app/${path}`), text)
    }
    await makeArchive(place.file('app'), place.file('app.asar'))
    const { unused, missing, idle } = findUnused(place.file('app.asar'))
    return { unused, missing, idle: idle.map(({ path }) => path) }
  } finally {
    await place.dispose()
  }
}

const app = {
  'out/main/window.js': `import 'node:fs'; import('modern'); import './chunks/a.js'`,
  'out/main/chunks/a.js': `import { x } from 'old'`,
  'node_modules/modern/package.json': JSON.stringify({ exports: { '.': { import: './m.mjs', require: './m.cjs' } } }),
  'node_modules/modern/m.mjs': `import 'deep'`,
  'node_modules/modern/m.cjs': '',
  'node_modules/deep/package.json': '{}',
  'node_modules/deep/index.js': `require('./more'); require("fs")`,
  'node_modules/deep/more.js': '',
  'node_modules/old/package.json': JSON.stringify({ main: 'lib/old' }),
  'node_modules/old/lib/old.js': '',
}

test('every package that is loaded, however far, is used', async () => {
  expect(await findUnusedIn(app)).toEqual({ unused: [], missing: [], idle: ['node_modules/modern/m.cjs'] })
})

test('a package that nothing loads is found', async () => {
  const more = { 'node_modules/@of/nobody/package.json': '{}', 'node_modules/@of/nobody/index.js': `require('old')` }
  expect((await findUnusedIn({ ...app, ...more })).unused).toEqual(['@of/nobody'])
})

test('a package that is loaded and was left out is found', async () => {
  const { 'node_modules/deep/more.js': _, ...less } = app
  expect((await findUnusedIn(less)).missing).toEqual(['node_modules/deep/index.js: ./more'])
  const { 'node_modules/old/package.json': __, 'node_modules/old/lib/old.js': ___, ...without } = app
  expect((await findUnusedIn(without)).missing).toEqual(['out/main/chunks/a.js: old'])
})
