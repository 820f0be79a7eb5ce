import { readFile, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { keepAnswers, readLastAnswers } from '../../../../src-main/hosts/electron/last-answers.ts'
import { makeTemporaryDirectory, type TemporaryDirectory } from '../../../support/temporary.ts'

const key = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOMqqnkVzrm0SdG6UOoqKLsabgH5C9okWi0dh2l9GKJl me@laptop'

let directory: TemporaryDirectory
beforeEach(async () => void (directory = await makeTemporaryDirectory()))
afterEach(() => directory.dispose())

test('the answers of the last first boot are kept for their user alone', async () => {
  const state = directory.file('state')
  expect(await readLastAnswers(state)).toBeNull()
  await keepAnswers(state, { sshKeys: [key], hostname: 'node-1' })
  expect(await readLastAnswers(state)).toMatchObject({ keys: [{ line: key, name: 'me@laptop' }], hostname: 'node-1' })
  expect((await stat(join(state, 'first-boot.json'))).mode & 0o777).toBe(0o600)
})

test.each([
  ['no JSON', '{'],
  ['no keys', '{"sshKeys":[],"hostname":""}'],
  ['a key that is none', '{"sshKeys":["x"],"hostname":""}'],
])('a file with %s counts as none', async (_, text) => {
  const file = directory.file('first-boot.json')
  await writeFile(file, text)
  expect(await readLastAnswers(directory.path)).toBeNull()
  expect(await readFile(file, 'utf8')).toBe(text)
})

test('a folder that cannot be made is no failure of the job', async () => {
  await writeFile(directory.file('state'), '')
  await keepAnswers(directory.file('state'), { sshKeys: [key], hostname: '' })
  expect(await readLastAnswers(directory.file('state'))).toBeNull()
})
