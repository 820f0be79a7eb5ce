import { z } from 'zod'
import type { defaultSettings } from './default-settings.ts'
import { languageChoices } from './language.ts'
import { say, type Phrase } from './phrases.ts'
import { themes } from './themes.ts'

const maxPath = 4096
const wholePath = (said: Phrase) =>
  z
    .string(said)
    .max(maxPath, said)
    .refine((path) => /^(?:\/|[a-z]:[\\/]|\\\\)/i.test(path), said)
const bytes = (said: Phrase) => z.int(said).min(0, said)

/** What each setting may be. The bounds are those of the command line's flags. */
const values = z.object({
  theme: z.enum(themes, say('setting-theme')),
  language: z.enum(languageChoices, say('setting-language')),
  /** Where stream metadata is read, instead of from Fedora. */
  streamBaseUrl: z.string().max(maxPath).refine(isDirectoryAddress, say('setting-mirror')),
  /** A file of public keys that are trusted besides Fedora's. */
  keyring: wholePath(say('setting-keyring')),
  /** Bytes that decompressing may take. */
  memory: bytes(say('setting-memory')),
  /** Bytes that the cache may take; 0 for none. */
  cacheLimit: bytes(say('setting-cache-limit')),
  /** Where the cache is: a directory `kindling` in this one. */
  cacheDirectory: wholePath(say('setting-cache-directory')),
  /** Whether drives are read back unless a job says otherwise. */
  verify: z.boolean(say('setting-verify')),
  /** What becomes of a drive that was written, unless a job says otherwise. */
  whenDone: z.enum(['nothing', 'eject'], say('setting-when-done')),
  /** Whether the window looks for new versions of Kindling, and for which. */
  updates: z.enum(['off', 'stable', 'beta'], say('setting-updates')),
})
export type Values = z.infer<typeof values>

export type SettingName = keyof Values
export const settingNames = Object.keys(values.shape) as SettingName[]

export type Settings = { [N in SettingName]: Values[N] | (typeof defaultSettings)[N] }

/** The file: what a person has set, and what another version of Kindling knows. */
export const savedSettings = values.partial().loose()
export type SavedSettings = Partial<Values>

/** Null goes back to the default. */
export const settingsChanges = z.object(
  Object.fromEntries(Object.entries(values.shape).map(([name, value]) => [name, value.nullable().optional()])) as {
    [N in SettingName]: z.ZodOptional<z.ZodNullable<(typeof values.shape)[N]>>
  },
)
export type SettingsChanges = z.infer<typeof settingsChanges>

/** The settings as they are, and where they come from. */
export interface SettingsReading {
  /** What the file says, completed with the defaults. */
  settings: Settings
  /** Those that the file says. */
  saved: SettingName[]
  /** What the environment says instead, as it is written there. It wins. */
  environment: Partial<Record<SettingName, string>>
  file: string
  /** A file that could not be used, since this program was started; null when there was none. */
  setAside: SetAside | null
}

export interface SetAside {
  /** Where it is now; null when it could not be moved. */
  file: string | null
  reason: string
}

/** As words for the command line and a log. */
export const describeSetAside = ({ file, reason }: SetAside): string =>
  `The settings could not be read (${reason}). ${file === null ? 'Their file could not be moved;' : `Their file is now ${file};`} the defaults hold.`

function isDirectoryAddress(text: string): boolean {
  if (!/^https?:\/\//i.test(text) || !URL.canParse(text)) return false
  const { username, password, search, hash } = new URL(text)
  return username === '' && password === '' && search === '' && hash === ''
}
