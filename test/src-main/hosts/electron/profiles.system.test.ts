import { readFile, stat, writeFile } from 'node:fs/promises'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { createProfiles } from '../../../../src-main/hosts/electron/profiles.ts'
import { parseAddress } from '../../../../src-main/ignition/network-keyfile.ts'
import { mostProfiles } from '../../../../src-shared/most-profiles.ts'
import { profileName } from '../../../../src-shared/profile.ts'
import { makeTemporaryDirectory, type TemporaryDirectory } from '../../../support/files/temporary.ts'

const key = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOMqqnkVzrm0SdG6UOoqKLsabgH5C9okWi0dh2l9GKJl me@laptop'
const answers = {
  user: 'core',
  sshKeys: [key],
  hostname: 'node-{n}',
  address: parseAddress('192.0.2.5/24,gateway=192.0.2.1'),
  ...{ passwordHash: '$6$abc$def', timezone: null, autologin: false, updateWindow: null },
}

let directory: TemporaryDirectory
beforeEach(async () => void (directory = await makeTemporaryDirectory()))
afterEach(() => directory.dispose())

const fileOf = (state: string) => `${state}/first-boot-profiles.json`

test('a profile is kept for its user alone, without the password', async () => {
  const state = directory.file('state')
  const profiles = createProfiles(state)
  expect(await profiles.read()).toEqual([])
  await profiles.save('lab', answers)
  expect(await createProfiles(state).read()).toMatchObject([
    { name: 'lab', keys: [{ line: key, name: 'me@laptop' }], hostname: 'node-{n}', address: answers.address },
  ])
  expect((await stat(fileOf(state))).mode & 0o777).toBe(0o600)
  expect(await readFile(fileOf(state), 'utf8')).not.toContain('$6$')
})

test('names are sorted, and an equal one replaces its profile', async () => {
  const { read, save, rename, remove } = createProfiles(directory.path)
  const names = async () => (await read()).map(({ name, hostname }) => `${name} ${hostname}`)
  // Changes at the same time do not lose each other.
  await Promise.all(['b', 'c', 'a'].map((name) => save(name, { ...answers, hostname: name })))
  expect(await names()).toEqual(['a a', 'b b', 'c c'])
  await save('b', { ...answers, hostname: 'new' })
  expect(await names()).toEqual(['a a', 'b new', 'c c'])
  await rename('a', 'd')
  await rename('b', 'c')
  await rename('nothing', 'c')
  await rename('d', 'd')
  expect(await names()).toEqual(['c new', 'd a'])
  await remove('d')
  expect(await names()).toEqual(['c new'])
})

test('one too many is refused, and the others stay', async () => {
  const { read, save } = createProfiles(directory.path)
  for (let number = 0; number < mostProfiles; number++) await save(`n${number}`, answers)
  await expect(save('another', answers)).rejects.toMatchObject({ code: 'usage' })
  await save('n0', answers)
  expect(await read()).toHaveLength(mostProfiles)
})

test.each([
  ['no JSON', '{'],
  ['no list', '{}'],
  ['a key that is none', '[{"name":"a","sshKeys":["x"],"hostname":"","address":null}]'],
  ['a name of two lines', `[{"name":"a\\nb","sshKeys":[],"hostname":"","address":null}]`],
])('a file with %s counts as none, and is not replaced', async (_, text) => {
  await writeFile(fileOf(directory.path), text)
  const profiles = createProfiles(directory.path)
  expect(await profiles.read()).toEqual([])
  if (!text.includes('"x"'))
    await expect(profiles.save('lab', answers)).rejects.toMatchObject({ code: 'output-failed' })
})

test('a profile that cannot be stored is a failure', async () => {
  await writeFile(directory.file('state'), '')
  await expect(createProfiles(directory.file('state')).save('lab', answers)).rejects.toMatchObject({
    code: 'output-failed',
  })
})

test.each([
  ['lab', true],
  ['Дом, 2 узла', true],
  ['a', true],
  ['', false],
  [' lab', false],
  ['lab ', false],
  ['a\nb', false],
  ['a\u202Eb', false],
  ['x'.repeat(61), false],
])('%j as the name of a profile', (name, holds) => expect(profileName.safeParse(name).success).toBe(holds))
