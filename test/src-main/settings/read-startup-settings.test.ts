import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { readStartupSettings, maxSettings } from '../../../src-main/settings/read-startup-settings.ts'
import { makeTemporaryDirectory, type TemporaryDirectory } from '../../support/files/temporary.ts'

let directory: TemporaryDirectory
const file = () => join(directory.path, 'settings.json')
const glance = () => readStartupSettings({ config: directory.path })
beforeEach(async () => void (directory = await makeTemporaryDirectory('kindling-glance-')))
afterEach(() => directory.dispose())

test('what a window begins with is what the file says', async () => {
  await writeFile(file(), '{"language": "ru", "theme": "dark", "memory": 1}')
  expect(await glance()).toEqual({ theme: 'dark', language: 'ru' })
})

test('what can be used is, beside what cannot', async () => {
  await writeFile(file(), '{"language": "ru", "theme": "blue"}')
  expect(await glance()).toEqual({ theme: 'system', language: 'ru' })
})

const useless = ['', '{"theme": "dark"', 'null', '"dark"', '[1]', '{"theme": 7}', ' '.repeat(maxSettings) + '{}']
test.each(useless)('a file that says nothing is followed by the defaults: %.20j', async (content) => {
  await writeFile(file(), content)
  expect(await glance()).toEqual({ theme: 'system', language: 'system' })
})

test('so is none, and one that is a directory', async () => {
  expect(await glance()).toEqual({ theme: 'system', language: 'system' })
  await mkdir(file())
  expect(await glance()).toEqual({ theme: 'system', language: 'system' })
})
