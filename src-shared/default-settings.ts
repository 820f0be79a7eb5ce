import type { SettingName, Values } from './settings.ts'

/** What holds where nobody says anything; null: Fedora's, none, or what the machine offers. */
export const defaultSettings = {
  theme: 'system',
  language: 'system',
  streamBaseUrl: null,
  keyring: null,
  memory: null,
  cacheLimit: null,
  cacheDirectory: null,
  verify: true,
  whenDone: 'nothing',
  updates: 'off',
} as const satisfies { [N in SettingName]: Values[N] | null }
