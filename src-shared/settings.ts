import { z } from 'zod'
import type { defaultSettings } from './default-settings.ts'
import { languageChoices } from './language.ts'
import type { PhraseCode } from './phrase-texts.ts'
import { say, toMessage, type Said } from './phrases.ts'
import { themes } from './themes.ts'

const maxPath = 4096
const message = (code: `setting-${string}` & PhraseCode) => toMessage(say(code))
const wholePath = (said: string) =>
  z
    .string(said)
    .max(maxPath, said)
    .refine((path) => /^(?:\/|[a-z]:[\\/]|\\\\)/i.test(path), said)
const bytes = (said: string) => z.int(said).min(0, said)

/** Schema of each setting. The bounds are those of the command line's flags. */
const values = z.object({
  theme: z.enum(themes, message('setting-theme')),
  language: z.enum(languageChoices, message('setting-language')),
  /** Base URL of stream metadata, in place of Fedora's. */
  streamBaseUrl: z.string().max(maxPath).refine(isDirectoryAddress, message('setting-mirror')),
  /** File of public keys that are trusted in addition to Fedora's. */
  keyring: wholePath(message('setting-keyring')),
  /** Memory limit for decompression, in bytes. */
  memory: bytes(message('setting-memory')),
  /** Maximum size of the cache, in bytes; 0 caches nothing. */
  cacheLimit: bytes(message('setting-cache-limit')),
  /** Parent of the cache, which is the directory `kindling` in it. */
  cacheDirectory: wholePath(message('setting-cache-directory')),
  /** Whether drives are read back after writing, unless a job specifies it. */
  verify: z.boolean(message('setting-verify')),
  /** Action on a drive after writing, unless a job specifies it. */
  whenDone: z.enum(['nothing', 'eject'], message('setting-when-done')),
  /** Whether the window looks for new versions of Kindling, and on which channel. */
  updates: z.enum(['off', 'stable', 'beta'], message('setting-updates')),
})
export type Values = z.infer<typeof values>

export type SettingName = keyof Values
export const settingNames = Object.keys(values.shape) as SettingName[]

export type Settings = { [N in SettingName]: Values[N] | Checked<typeof defaultSettings>[N] }
/** Ensures that there is a valid default for every setting. */
type Checked<Defaults extends { [N in SettingName]: Values[N] | null }> = Defaults

/**
 * Content of the settings file: the settings that the user has set. Properties of other versions of
 * Kindling are kept.
 */
export const savedSettings = values.partial().loose()
export type SavedSettings = Partial<Values>

/** Changes to settings. Null resets a setting to its default. */
export const settingsChanges = z.object(
  Object.fromEntries(Object.entries(values.shape).map(([name, value]) => [name, value.nullable().optional()])) as {
    [N in SettingName]: z.ZodOptional<z.ZodNullable<(typeof values.shape)[N]>>
  },
)
export type SettingsChanges = z.infer<typeof settingsChanges>

/** Current settings and the source of each. */
export interface SettingsReading {
  /** Settings of the file, completed with the defaults. */
  settings: Settings
  /** Names of the settings that the file contains. */
  saved: SettingName[]
  /** Values of environment variables, as text. They take precedence over the file. */
  environment: Partial<Record<SettingName, string>>
  file: string
  /** Unusable settings file that was found since the program started; null when there was none. */
  setAside: SetAside | null
}

export interface SetAside {
  /** Path to which the file was moved; null when it could not be moved. */
  file: string | null
  reason: Said
}

/** Returns the warning about an unusable settings file, for the command line and the log. */
export const describeSetAside = ({ file, reason }: SetAside): string =>
  `The settings could not be read (${String(reason)}). ${file === null ? 'Their file could not be moved;' : `Their file is now ${file};`} the defaults hold.`

function isDirectoryAddress(text: string): boolean {
  if (!/^https?:\/\//i.test(text) || !URL.canParse(text)) return false
  const { username, password, search, hash } = new URL(text)
  return username === '' && password === '' && search === '' && hash === ''
}
