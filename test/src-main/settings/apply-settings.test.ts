import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { applySettings, completeSpec, describeSettings } from '../../../src-main/settings/apply-settings.ts'
import type { WriteSpec } from '../../../src-shared/job.ts'
import { defaultSettings } from '../../../src-shared/default-settings.ts'
import { makeTestPorts, type TestPorts } from '../../support/worlds/test-ports.ts'

let testPorts: TestPorts
beforeAll(async () => {
  testPorts = await makeTestPorts({ cacheLimit: () => 5 })
})
afterAll(() => testPorts.dispose())

const saved = {
  streamBaseUrl: 'https://saved.example/',
  keyring: '/saved.asc',
  cacheLimit: 7,
  cacheDirectory: '/somewhere',
  memory: 100,
  verify: false,
  whenDone: 'eject' as const,
}

describe('the world as the settings have it', () => {
  test('is as it was where they say nothing', () => {
    const { ports } = testPorts
    const applied = applySettings(ports, {})
    expect(applied.environment).toEqual(ports.environment)
    expect(applied.paths).toEqual(ports.paths)
    expect(applied.cacheLimit()).toBe(5)
  })

  test('has what they say where the environment says nothing', () => {
    const applied = applySettings(testPorts.ports, saved)
    expect(applied.environment).toMatchObject({ streamBaseUrl: 'https://saved.example/', keyring: '/saved.asc' })
    expect(applied.cacheLimit()).toBe(7)
    expect(applied.paths).toEqual({ ...testPorts.ports.paths, cache: join('/somewhere', 'kindling') })
  })

  test('has what the environment says before what they say', () => {
    const environment = { streamBaseUrl: 'https://set.example/', keyring: '/set.asc', cacheLimit: '5' }
    const applied = applySettings({ ...testPorts.ports, environment }, saved)
    expect(applied.environment).toEqual(environment)
    expect(applied.cacheLimit()).toBe(5)
  })
})

describe('a job', () => {
  const source = { image: { kind: 'file' as const, path: '/image.raw' } }
  const write = (more: Partial<WriteSpec>): WriteSpec => ({ source, drives: [{ drive: '/dev/sdx' }], ...more })

  test('that says nothing is done as the settings say', () => {
    expect(completeSpec(write({}), saved)).toMatchObject({ verify: false, eject: true, source: { memory: 100 } })
    expect(completeSpec({ job: 'verify', source, drive: '/dev/sdx' }, saved)).toMatchObject({ source: { memory: 100 } })
  })

  test('that says so is done as it says', () => {
    const said = write({ verify: true, eject: false, source: { ...source, memory: 1 } })
    expect(completeSpec(said, saved)).toEqual(said)
  })

  test('has no power to turn off where its drive is a file', () => {
    const identity = { kind: 'file' as const, device: '/a.img', number: 'x', size: 1, serial: null, wwn: null }
    const drives = [{ drive: '/a.img', identity }] as unknown as WriteSpec['drives']
    expect(completeSpec(write({ drives }), saved).eject).toBe(false)
  })

  test('is read back and left powered by default', () => {
    expect(completeSpec(write({}), {})).toMatchObject({ verify: undefined, eject: false })
  })
})

test('the settings are told with who says so', () => {
  const environment = { streamBaseUrl: null, keyring: '/set.asc', cacheLimit: 'much' }
  expect(describeSettings(environment, { ...saved, sound: 3 } as typeof saved)).toEqual({
    settings: { ...defaultSettings, ...saved },
    saved: ['streamBaseUrl', 'keyring', 'memory', 'cacheLimit', 'cacheDirectory', 'verify', 'whenDone'],
    environment: { keyring: '/set.asc', cacheLimit: 'much' },
  })
})
