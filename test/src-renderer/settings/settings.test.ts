import { expect, test } from 'vitest'
import { KnownSettings } from '../../../src-renderer/settings/settings.svelte.ts'
import { defaultSettings } from '../../../src-shared/default-settings.ts'
import type { SettingsReading } from '../../../src-shared/settings.ts'
import type { Bridge } from '../../../src-shared/window-api.ts'

const reading = (settings: Partial<SettingsReading['settings']>): SettingsReading => ({
  settings: { ...defaultSettings, ...settings },
  saved: [],
  environment: {},
  file: '/settings.json',
  setAside: null,
})

test('what is changed before the page was given the settings is changed once it was, and is what holds', async () => {
  const asked: unknown[] = []
  const call = (async (name: string, args: object) => {
    asked.push([name, args])
    return { ok: true, value: reading({ verify: false, theme: 'dark' }) }
  }) as unknown as Bridge['call']
  const settings = new KnownSettings(call)
  expect(settings.current).toEqual(defaultSettings)
  const changed = settings.change('verify', false)
  await new Promise(setImmediate)
  expect(asked).toEqual([])
  settings.accept(reading({ theme: 'dark' }))
  await changed
  expect(asked).toEqual([['changeSettings', { changes: { verify: false } }]])
  expect(settings.current).toEqual({ ...defaultSettings, verify: false, theme: 'dark' })
})
