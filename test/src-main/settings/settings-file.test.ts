import { mkdir, readdir, readFile, utimes, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { openSettingsFile, type SettingsFile } from '../../../src-main/settings/settings-file.ts'
import { makeTestPorts, type TestPorts } from '../../support/worlds/test-ports.ts'

let testPorts: TestPorts
let file: SettingsFile
beforeEach(async () => {
  testPorts = await makeTestPorts()
  file = openSettingsFile(testPorts.ports)
  await mkdir(dirname(file.path), { recursive: true })
})
afterEach(() => testPorts.dispose())

const names = async () => (await readdir(dirname(file.path))).toSorted()
const content = async () => JSON.parse(await readFile(file.path, 'utf8')) as unknown

describe('the file of settings', () => {
  test('says nothing while there is none, and none is made by reading it', async () => {
    expect(await file.read()).toEqual({ saved: {}, setAside: null })
    expect(await names()).toEqual([])
  })

  test('keeps what is set, and forgets what goes back to its default', async () => {
    await file.change({ theme: 'dark', verify: false })
    await file.change({ theme: null, cacheLimit: 1000 })
    expect(await file.read()).toEqual({ saved: { verify: false, cacheLimit: 1000 }, setAside: null })
    expect(await names()).toEqual(['settings.json'])
  })

  test('keeps what another version of Kindling knows', async () => {
    await writeFile(file.path, JSON.stringify({ theme: 'dark', sound: { volume: 3 } }))
    await file.change({ verify: false })
    expect(await content()).toEqual({ theme: 'dark', sound: { volume: 3 }, verify: false })
  })

  test('a change that is none leaves it as it is', async () => {
    await file.change({ theme: 'dark' })
    await expect(file.change({ theme: 'blue' as 'dark' })).rejects.toMatchObject({
      code: 'usage',
      details: { reason: 'the theme is system, light or dark' },
    })
    expect(await content()).toEqual({ theme: 'dark' })
  })

  test('a directory that cannot be written is a failure with a code', async () => {
    await writeFile(file.path, '{}')
    const ports = { ...testPorts.ports, paths: { ...testPorts.ports.paths, config: join(file.path, 'kindling') } }
    await expect(openSettingsFile(ports).change({ theme: 'dark' })).rejects.toMatchObject({ code: 'output-failed' })
    const { saved, setAside } = await openSettingsFile(ports).read()
    expect({ saved, setAside }).toMatchObject({
      saved: {},
      setAside: { file: null, reason: expect.stringContaining('ENOTDIR') as string },
    })
  })
})

describe('a file of settings that cannot be used', () => {
  test.each([
    ['is no JSON', '{"theme": "dark"', /JSON/],
    ['is empty', '', /JSON/],
    ['is a list', '[]', /^expected an object$/],
    ['is null', 'null', /^expected an object$/],
    ['has a value that is none', '{"theme": "blue"}', /^the theme is system, light or dark$/],
    ['has a value of another kind', '{"memory": "much"}', /^the memory is/],
    ['is larger than any', JSON.stringify({ theme: 'dark', more: 'x'.repeat(70_000) }), /more than 65536 bytes/],
  ])('that %s is set aside with its reason, and the defaults hold', async (_, text, reason) => {
    await writeFile(file.path, text)
    const { saved, setAside } = await file.read()
    expect(saved).toEqual({})
    expect(String(setAside!.reason)).toMatch(reason)
    expect(await names()).toEqual([setAside!.file!.split('/').pop()])
    expect(setAside!.file).toMatch(/\/settings-\d{4}-\d\d-\d\dT\d{6}\.\d{3}Z\.json$/)
    expect(await readFile(setAside!.file!, 'utf8')).toBe(text)
    // It is reported only once.
    expect(await file.read()).toEqual({ saved: {}, setAside: null })
  })

  test('is set aside by a change, too, which then holds', async () => {
    await writeFile(file.path, '{')
    const { saved, setAside } = await file.change({ verify: false })
    expect(saved).toEqual({ verify: false })
    expect(await readFile(setAside!.file!, 'utf8')).toBe('{')
    expect(await content()).toEqual({ verify: false })
  })

  test('is set aside though it is a directory', async () => {
    await mkdir(join(file.path, 'inner'), { recursive: true })
    const { setAside } = await file.read()
    expect(await readdir(setAside!.file!)).toEqual(['inner'])
  })

  test('is set aside by one of many that read it at once', async () => {
    await writeFile(file.path, '{')
    const found = await Promise.all(Array.from({ length: 10 }, () => openSettingsFile(testPorts.ports).read()))
    expect(found.filter(({ setAside }) => setAside !== null)).toHaveLength(1)
    expect(await names()).toHaveLength(1)
  })
})

describe('several programs', () => {
  test('that change settings at once lose none', async () => {
    const changes = [
      { theme: 'dark' as const },
      { language: 'ru' as const },
      { memory: 1 },
      { cacheLimit: 2 },
      { verify: false },
      { whenDone: 'eject' as const },
    ]
    await Promise.all(changes.map((change) => openSettingsFile(testPorts.ports).change(change)))
    expect(await content()).toEqual(Object.assign({}, ...changes))
    expect(await names()).toEqual(['settings.json'])
  })

  test('are not held up by one that was killed in its turn', async () => {
    const lock = `${file.path}.lock`
    await writeFile(lock, '')
    const longAgo = new Date(Date.now() - 60_000)
    await utimes(lock, longAgo, longAgo)
    await file.change({ theme: 'light' })
    expect(await names()).toEqual(['settings.json'])
  })
})
