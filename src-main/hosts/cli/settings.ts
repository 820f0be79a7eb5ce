import { resolve } from 'node:path'
import { InvalidArgumentError } from 'commander'
import {
  settingNames,
  type SettingName,
  type Settings,
  type SettingsChanges,
  type SettingsReading,
} from '../../../src-shared/settings.ts'
import { formatBytes } from '../../../src-shared/units.ts'
import { parseCacheLimit } from '../../settings/cache-limit.ts'
import { defaultBaseUrl } from '../../catalog/known-streams.ts'
import { refuseUsage, unwrap, type Surface } from './command.ts'
import { drawTable } from './draw-table.ts'
import { parseSize } from './source-options.ts'

/** Returns the name of a setting in the form of a flag. */
const flagOf = (name: SettingName) => name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)
export const flagNames = settingNames.map(flagOf)

/** Texts shown for a setting that is null. */
const absences: Partial<Record<SettingName, string>> = {
  streamBaseUrl: defaultBaseUrl,
  keyring: 'none besides Fedora’s',
  memory: 'a quarter of what is free, 1G at most',
  // A getter, because formatting numbers takes long to load.
  get cacheLimit() {
    return formatBytes(parseCacheLimit())
  },
  cacheDirectory: 'where the system keeps caches',
}

/** Lists the settings, changes one, or resets one to its default. */
export async function settings(
  { api, output }: Surface,
  flag: string | undefined,
  value: string | undefined,
  { reset = false }: { reset?: boolean },
): Promise<number> {
  const name = settingNames.find((each) => flagOf(each) === flag)
  if (reset && (name === undefined || value !== undefined))
    refuseUsage('--reset needs the name of a setting, and no value')
  const change = name !== undefined && (reset || value !== undefined)
  const reading = unwrap(
    change
      ? await api.changeSettings({ changes: { [name]: reset ? null : parseValue(name, value!) } as SettingsChanges })
      : await api.settings({}),
  )
  const shown = (name === undefined ? settingNames : [name]).map((each) => ({ name: each, ...read(reading, each) }))
  output.event({
    event: 'done',
    file: reading.file,
    settings: Object.fromEntries(shown.map(({ name: each, value: is, from }) => [each, { value: is, from }])),
  })
  output.print(
    drawTable(
      ['SETTING', 'VALUE', 'FROM'],
      shown.map(({ name: each, value: is, from }) => [flagOf(each), word(each, is), describeOrigin(each, from)]),
    ),
  )
  if (name === undefined) output.note(`\nThey are in ${reading.file}.`)
  return 0
}

type Origin = 'environment' | 'settings' | 'default'

/**
 * Returns the effective value of a setting and its source.
 * @throws usage when the environment variable does not hold a size
 */
function read({ settings, saved, environment }: SettingsReading, name: SettingName) {
  const given = environment[name]
  if (given !== undefined)
    return { value: name === 'cacheLimit' ? parseCacheLimit(given) : given, from: 'environment' as Origin }
  return { value: settings[name], from: (saved.includes(name) ? 'settings' : 'default') as Origin }
}

/**
 * Parses a value from the command line.
 * @throws usage
 */
function parseValue(name: SettingName, text: string): Settings[SettingName] {
  switch (name) {
    case 'keyring':
    case 'cacheDirectory':
      return resolve(text)
    case 'cacheLimit':
      return text.trim() === '' ? refuseUsage('cache-limit is empty') : parseCacheLimit(text, 'cache-limit')
    case 'memory':
      try {
        return parseSize(text)
      } catch (error) {
        if (error instanceof InvalidArgumentError)
          refuseUsage(`memory is "${text}". ${error.message.replace(/\.$/, '')}`)
        throw error
      }
    case 'verify':
      if (text !== 'on' && text !== 'off') refuseUsage(`verify is on or off, not "${text}"`)
      return text === 'on'
    default:
      return text as Settings[SettingName]
  }
}

function word(name: SettingName, value: Settings[SettingName]): string {
  if (value === null) return absences[name] ?? 'none'
  if (typeof value === 'boolean') return value ? 'on' : 'off'
  return typeof value === 'number' ? formatBytes(value) : value
}

const variables: Partial<Record<SettingName, string>> = {
  streamBaseUrl: 'KINDLING_STREAM_BASE_URL',
  keyring: 'KINDLING_KEYRING',
  cacheLimit: 'KINDLING_CACHE_LIMIT',
}
const describeOrigin = (name: SettingName, from: Origin) => (from === 'environment' ? variables[name]! : from)
