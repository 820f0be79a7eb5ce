import { join } from 'node:path'
import { defaultSettings } from '../../src-shared/default-settings.ts'
import { languageChoices } from '../../src-shared/language.ts'
import type { Settings } from '../../src-shared/settings.ts'
import { themes } from '../../src-shared/themes.ts'
import type { Paths } from '../ports.ts'
import { readSmallFile } from '../files/regular-file.ts'

/** The settings' file in the directory of `Paths.config`. */
export const settingsName = 'settings.json'
/** Bytes. */
export const maxSettings = 64 * 1024

/**
 * How a window begins to look, before what reads the settings for good is loaded. It never fails: what cannot be used is the
 * default here, and that reading says why.
 */
export async function glanceAtSettings({
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
