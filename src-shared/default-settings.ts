/**
 * Defaults of all settings. Null means Fedora's own, empty, or a value derived from the machine.
 */
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
} as const
