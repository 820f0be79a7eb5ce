import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { makeCliWorld, type CliWorld, type OldDrive } from '../support/worlds/cli-world.ts'
import { expectDriveState } from '../support/drives/expect-drive.ts'
import { expectDone, expectFailed, warningsOf } from '../support/expect/expect-events.ts'
import { privateDirectories } from '../support/programs/private-directories.ts'
import type { Run } from '../support/worlds/run-kindling.ts'

let world: CliWorld
let home: string
/** An environment that configures no stream or keyring. */
let env: Record<string, string>
beforeAll(async () => {
  world = await makeCliWorld({ imageSize: 4 * 1024 * 1024 })
})
afterAll(() => world.dispose())
beforeEach(() => {
  home = world.path('home')
  env = { ...privateDirectories(home), KINDLING_STREAM_BASE_URL: '', KINDLING_KEYRING: '' }
})

const kindling = (args: string[], more: Record<string, string> = {}) => world.call(args, { env: { ...env, ...more } })
const file = () => join(home, 'config/kindling/settings.json')
const saved = async () => JSON.parse(await readFile(file(), 'utf8')) as unknown

async function set(...settings: [string, string][]): Promise<void> {
  for (const [name, value] of settings) {
    const run = await kindling(['settings', name, value])
    expect(run.code, run.stderr).toBe(0)
  }
}

const useWorld = () => set(['stream-base-url', world.baseUrl], ['keyring', world.keyringFile])

function read(run: Run): Record<string, { value: unknown; from: string }> {
  const [event] = run.events as unknown as [{ settings: Record<string, { value: unknown; from: string }> }]
  return event.settings
}

async function write(args: string[] = [], more: Record<string, string> = {}): Promise<{ run: Run; drive: OldDrive }> {
  const drive = await world.makeDrive()
  return { run: await kindling(['write', ...args, '--drive', drive.path, '--yes', '--json'], more), drive }
}

describe('settings', () => {
  test('are listed with where each value comes from', async () => {
    await set(['theme', 'dark'], ['cache-limit', '7 GB'], ['stream-base-url', 'https://saved.example/'])
    const more = { KINDLING_STREAM_BASE_URL: world.baseUrl }
    const listed = read(await kindling(['settings', '--json'], more))
    expect(listed).toEqual({
      theme: { value: 'dark', from: 'settings' },
      language: { value: 'system', from: 'default' },
      streamBaseUrl: { value: world.baseUrl, from: 'environment' },
      keyring: { value: null, from: 'default' },
      memory: { value: null, from: 'default' },
      cacheLimit: { value: 7e9, from: 'settings' },
      cacheDirectory: { value: null, from: 'default' },
      verify: { value: true, from: 'default' },
      whenDone: { value: 'nothing', from: 'default' },
      updates: { value: 'off', from: 'default' },
    })
    const { stdout } = await kindling(['settings'], more)
    expect(stdout).toMatch(/^theme +dark +settings$/m)
    expect(stdout).toMatch(/^stream-base-url +http:\S+ +KINDLING_STREAM_BASE_URL$/m)
    expect(stdout).toMatch(/^cache-limit +7 GB +settings$/m)
    expect(stdout).toMatch(/^verify +on +default$/m)
  })

  test('are set one at a time, and go back to their defaults', async () => {
    await set(['verify', 'off'], ['memory', '500M'], ['when-done', 'eject'])
    expect(await saved()).toEqual({ verify: false, memory: 500 * 1024 ** 2, whenDone: 'eject' })
    const run = await kindling(['settings', 'verify', '--reset', '--json'])
    expect(read(run)).toEqual({ verify: { value: true, from: 'default' } })
    expect(await saved()).toEqual({ memory: 500 * 1024 ** 2, whenDone: 'eject' })
    expect(read(await kindling(['settings', 'memory', '--json']))).toEqual({
      memory: { value: 500 * 1024 ** 2, from: 'settings' },
    })
  })

  test.each([
    ['a setting that is none', ['colour', 'blue'], /colour/],
    ['a value that is none', ['theme', 'blue'], /the theme is system, light or dark/],
    ['a size that is none', ['cache-limit', 'much'], /cache-limit is “much”/],
    ['no size', ['cache-limit', ''], /value is empty/],
    ['memory that is none', ['memory', '-1M'], /memory|-1M/],
    ['a mirror with a password', ['stream-base-url', 'https://a:b@example.org/'], /without user, password/],
    ['neither on nor off', ['verify', 'maybe'], /on or off/],
    ['a reset with a value', ['theme', 'dark', '--reset'], /--reset/],
    ['a reset of nothing', ['--reset'], /--reset/],
  ])('refuse %s', async (_, args, title) => {
    expect(expectFailed(await kindling(['settings', ...args, '--json']), 'usage', 2).title).toMatch(title)
    await expect(readFile(file())).rejects.toThrow('ENOENT')
  })

  test('refuse a keyring without keys, and a directory for the cache that is none', async () => {
    expectFailed(await kindling(['settings', 'keyring', '/dev/null', '--json']), 'keyring-unreadable', 2)
    expectFailed(await kindling(['settings', 'cache-directory', world.keyringFile, '--json']), 'cache-failed', 1)
    await expect(readFile(file())).rejects.toThrow('ENOENT')
  })

  test('survive eight programs that change them at once', async () => {
    const values: [string, string][] = [
      ['theme', 'dark'],
      ['language', 'ru'],
      ['memory', '1G'],
      ['cache-limit', '1G'],
      ['verify', 'off'],
      ['when-done', 'eject'],
      ['keyring', world.keyringFile],
      ['stream-base-url', world.baseUrl],
    ]
    const runs = await Promise.all(values.map((pair) => world.kindling(['settings', ...pair], { env })))
    expect(runs.map(({ code }) => code)).toEqual(values.map(() => 0))
    expect(Object.keys((await saved()) as object)).toHaveLength(8)
    expect(await readdir(join(home, 'config/kindling'))).toEqual(['settings.json'])
  })

  test('in a file that is broken are set aside and told of once, and the command goes on', async () => {
    await mkdir(join(home, 'config/kindling'), { recursive: true })
    await writeFile(file(), '{"theme": ')
    const run = await kindling(['cache', '--json'])
    expect(run.code).toBe(0)
    expect(run.events.map(({ event }) => event)).toEqual(['warning', 'done'])
    expect(warningsOf(run)).toEqual(['settings-set-aside'])
    const [aside] = await readdir(join(home, 'config/kindling'))
    expect((run.events[0] as { message: string }).message).toContain(join(home, 'config/kindling', aside!))
    expect(await readFile(join(home, 'config/kindling', aside!), 'utf8')).toBe('{"theme": ')
    expect(warningsOf(await kindling(['cache', '--json']))).toEqual([])

    await writeFile(file(), '[]')
    expect((await kindling(['cache'])).stderr).toMatch(/^! The settings could not be read/)
  })
})

describe('what the settings say', () => {
  test('of a mirror and a keyring holds for a write', async () => {
    await useWorld()
    const { run, drive } = await write()
    expect(expectDone(run).image).toMatchObject({ origin: 'signature', stream: 'stable' })
    expectDriveState('proved', { before: drive.before, after: await drive.read(), image: world.raw })
  })

  test('of a mirror is less than what the environment and a flag say', async () => {
    await useWorld()
    await set(['stream-base-url', 'http://127.0.0.1:1/'])
    expectFailed(await kindling(['list', '--json']), 'network-unreachable', 1)
    expect((await kindling(['list', '--json'], { KINDLING_STREAM_BASE_URL: world.baseUrl })).code).toBe(0)
    const more = { KINDLING_STREAM_BASE_URL: 'http://127.0.0.1:2/' }
    expect((await kindling(['list', '--json', '--stream-base-url', world.baseUrl], more)).code).toBe(0)
  })

  test('of a keyring is less than what the environment and a flag say', async () => {
    await useWorld()
    const missing = world.path('none.asc')
    expectFailed((await write([], { KINDLING_KEYRING: missing })).run, 'keyring-unreadable', 2)
    expectFailed((await write(['--keyring', missing])).run, 'keyring-unreadable', 2)
  })

  test('of reading back holds unless a flag says otherwise, and the receipt says which', async () => {
    await useWorld()
    await set(['verify', 'off'])
    const { run, drive } = await write()
    expect(expectDone(run).drive).toMatchObject({ state: 'written-not-read-back', readBackSha256: null })
    expectDriveState('written-not-read-back', { before: drive.before, after: await drive.read(), image: world.raw })
    expect(expectDone((await write(['--verify'])).run).drive).toMatchObject({ state: 'proved' })
    await set(['verify', 'on'])
    expect(expectDone((await write()).run).drive).toMatchObject({ state: 'proved' })
    expect(expectDone((await write(['--no-verify'])).run).drive).toMatchObject({ state: 'written-not-read-back' })
  })

  test('of the cache’s directory holds, and what is in the old one stays', async () => {
    await useWorld()
    expectDone((await write()).run)
    const old = join(home, 'cache/kindling/images')
    const before = await readdir(old)
    expect(before.length).toBeGreaterThan(0)
    const mine = world.path('mine')
    await mkdir(mine)
    await writeFile(join(mine, 'holiday.name'), 'a file of my own')
    await set(['cache-directory', mine])
    expectDone((await write()).run)
    expect((await readdir(join(mine, 'kindling/images'))).toSorted()).toEqual(before.toSorted())
    expect((await kindling(['cache', 'clear'])).stdout).toMatch(/^1 image removed/)
    expect(await readdir(mine)).toEqual(['holiday.name', 'kindling'])
    expect(await readdir(old)).toEqual(before)
  })

  test('of the cache’s limit is less than what the environment says', async () => {
    await useWorld()
    await set(['cache-limit', '1 kB'])
    expect(warningsOf((await write()).run)).toEqual(['not-cached'])
    expect(warningsOf((await write([], { KINDLING_CACHE_LIMIT: '1 GB' })).run)).toEqual([])
  })
})
