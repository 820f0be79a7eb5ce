import { expect, test } from 'vitest'
import { savedSettings, settingNames, settingsChanges, type SettingName } from '../../src-shared/settings.ts'

const good: [SettingName, unknown][] = [
  ['theme', 'dark'],
  ['language', 'ru'],
  ['streamBaseUrl', 'https://mirror.example/streams'],
  ['streamBaseUrl', 'http://127.0.0.1:8080/'],
  ['keyring', '/home/me/keys.asc'],
  ['keyring', 'C:\\keys.asc'],
  ['memory', 0],
  ['cacheLimit', 20e9],
  ['cacheDirectory', '\\\\server\\share'],
  ['verify', false],
  ['whenDone', 'eject'],
]
test.each(good)('%s may be %j', (name, value) => {
  expect(settingsChanges.parse({ [name]: value })).toEqual({ [name]: value })
  expect(savedSettings.parse({ [name]: value })).toEqual({ [name]: value })
})

const bad: [SettingName, unknown][] = [
  ['theme', 'blue'],
  ['language', 'de'],
  ['streamBaseUrl', ''],
  ['streamBaseUrl', 'file:///etc'],
  ['streamBaseUrl', 'https://user@mirror.example/'],
  ['streamBaseUrl', 'https://:secret@mirror.example/'],
  ['streamBaseUrl', 'https://mirror.example/?token=1'],
  ['streamBaseUrl', 'https://mirror.example/#here'],
  ['streamBaseUrl', `https://mirror.example/${'a'.repeat(4096)}`],
  ['keyring', 'keys.asc'],
  ['keyring', ''],
  ['memory', -1],
  ['memory', 1.5],
  ['memory', '500M'],
  ['memory', 1e300],
  ['cacheLimit', -1],
  ['cacheDirectory', '../cache'],
  ['verify', 'off'],
  ['whenDone', 'shut down'],
]
test.each(bad)('%s may not be %j', (name, value) => {
  expect(settingsChanges.safeParse({ [name]: value }).success).toBe(false)
  expect(savedSettings.safeParse({ [name]: value }).success).toBe(false)
})

test('every setting can go back to its default, and null is nothing to save', () => {
  const nulls = Object.fromEntries(settingNames.map((name) => [name, null]))
  expect(settingsChanges.parse(nulls)).toEqual(nulls)
  for (const name of settingNames) expect(savedSettings.safeParse({ [name]: null }).success).toBe(false)
})

// SECURITY.md lists the limits of a settings file. Read it again for every new setting.
test('no setting excuses a missing signature, turns off a rule about drives, or a question before one is erased', () => {
  expect(settingNames).toEqual([
    ...['theme', 'language', 'streamBaseUrl', 'keyring', 'memory', 'cacheLimit', 'cacheDirectory'],
    ...['verify', 'whenDone', 'updates'],
  ])
})
