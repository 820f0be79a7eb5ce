import { readFile, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import {
  deleteEarlierAnswers,
  keepAnswers,
  readEarlierAnswers,
} from '../../../../src-main/hosts/electron/earlier-answers.ts'
import { mostEarlier } from '../../../../src-shared/most-earlier.ts'
import { makeTemporaryDirectory, type TemporaryDirectory } from '../../../support/files/temporary.ts'

const key = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOMqqnkVzrm0SdG6UOoqKLsabgH5C9okWi0dh2l9GKJl me@laptop'

let directory: TemporaryDirectory
beforeEach(async () => void (directory = await makeTemporaryDirectory()))
afterEach(() => directory.dispose())

const hostnames = async (state: string) => (await readEarlierAnswers(state)).map(({ hostname }) => hostname)

test('the answers of a first boot are kept for their user alone', async () => {
  const state = directory.file('state')
  expect(await readEarlierAnswers(state)).toEqual([])
  await keepAnswers(state, { sshKeys: [key], hostname: 'node-1' })
  expect(await readEarlierAnswers(state)).toMatchObject([
    { keys: [{ line: key, name: 'me@laptop' }], hostname: 'node-1' },
  ])
  expect((await stat(join(state, 'first-boot.json'))).mode & 0o777).toBe(0o600)
})

test('the last ones come first, each once, and not too many', async () => {
  for (const hostname of ['a', 'b', 'a']) await keepAnswers(directory.path, { sshKeys: [key], hostname })
  expect(await hostnames(directory.path)).toEqual(['a', 'b'])
  for (let number = 1; number <= mostEarlier; number++)
    await keepAnswers(directory.path, { sshKeys: [key], hostname: `n${number}` })
  expect(await hostnames(directory.path)).toEqual(['n5', 'n4', 'n3', 'n2', 'n1'])
})

test('answers are deleted alone, and a file that cannot be replaced fails', async () => {
  for (const hostname of ['a', 'b', 'c']) await keepAnswers(directory.path, { sshKeys: [key], hostname })
  expect(await deleteEarlierAnswers(directory.path, { sshKeys: [key], hostname: 'b' })).toMatchObject([
    { hostname: 'c' },
    { hostname: 'a' },
  ])
  expect(await deleteEarlierAnswers(directory.path, { sshKeys: [], hostname: 'a' })).toHaveLength(2)
  expect(await hostnames(directory.path)).toEqual(['c', 'a'])
  await writeFile(directory.file('state'), '')
  await expect(deleteEarlierAnswers(directory.file('state'), { sshKeys: [key], hostname: 'a' })).rejects.toMatchObject({
    code: expect.stringMatching(/^output-/),
  })
})

test.each([
  ['no JSON', '{'],
  ['no list', '{}'],
  ['no keys', '[{"sshKeys":[],"hostname":""}]'],
  ['a key that is none', '[{"sshKeys":["x"],"hostname":""}]'],
])('a file with %s counts as none', async (_, text) => {
  const file = directory.file('first-boot.json')
  await writeFile(file, text)
  expect(await readEarlierAnswers(directory.path)).toEqual([])
  expect(await readFile(file, 'utf8')).toBe(text)
})

test('a folder that cannot be made is no failure of the job', async () => {
  await writeFile(directory.file('state'), '')
  await keepAnswers(directory.file('state'), { sshKeys: [key], hostname: '' })
  expect(await readEarlierAnswers(directory.file('state'))).toEqual([])
})
