import { join } from 'node:path'
import { defaultSettings } from '../../src-shared/default-settings.ts'
import { languageChoices } from '../../src-shared/language.ts'
import type { Settings } from '../../src-shared/settings.ts'
import { themes } from '../../src-shared/themes.ts'
import type { Paths } from '../ports.ts'
import { readSmallFile } from '../files/regular-file.ts'

/** Name of the settings file in `Paths.config`. */
export const settingsName = 'settings.json'
/** Maximum size of the settings file, in bytes. */
export const maxSettings = 64 * 1024

/**
 * Reads the theme and the language for the first display of the window, before the full settings
 * code is loaded. Never fails: an unusable value is replaced by its default. The full read reports
 * the error later.
 */
export async function readStartupSettings({
  config,
}: Pick<Paths, 'config'>): Promise<Pick<Settings, 'theme' | 'language'>> {
  const found = await readSmallFile(join(config, settingsName), maxSettings)
    .then((bytes) => JSON.parse(bytes.toString('utf8')) as Partial<Record<keyof Settings, unknown>> | null)
    .catch(() => null)
  return {
    theme: themes.find((theme) => theme === found?.theme) ?? defaultSettings.theme,
    language: languageChoices.find((language) => language === found?.language) ?? defaultSettings.language,
  }
}
