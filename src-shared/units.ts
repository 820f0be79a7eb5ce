import type { Language } from './language.ts'

/**
 * Formats numbers for display, in decimal units as on a drive's label. The window and the command
 * line (which is always English) use the same forms.
 */

const words = {
  en: {
    bytes: ['B', 'kB', 'MB', 'GB', 'TB', 'PB'],
    exactBytes: { one: 'byte', other: 'bytes' },
    of: 'of',
    second: 's',
    minute: 'min',
    hour: 'h',
  },
  ru: {
    bytes: ['Б', 'кБ', 'МБ', 'ГБ', 'ТБ', 'ПБ'],
    exactBytes: { one: 'байт', few: 'байта', many: 'байт', other: 'байта' },
    of: 'из',
    second: 'с',
    minute: 'мин',
    hour: 'ч',
  },
} as const satisfies Record<Language, object>

/**
 * Formats a number of bytes as on a drive's label: "0 B", "643 MB", "2.68 GB" (at most three
 * digits), "32 GB".
 * @throws RangeError when bytes is negative or not a finite number
 */
export function formatBytes(bytes: number, language: Language = 'en'): string {
  const { value, power } = scale(bytes)
  const digits = power === 0 ? 0 : digitsAfterPoint(value)
  return `${write(value, language, 0, digits)} ${words[language].bytes[power]}`
}

/**
 * Formats an exact number of bytes, with narrow no-break spaces between groups: "2 684 354 560
 * bytes".
 */
export function formatExactBytes(bytes: number, language: Language = 'en'): string {
  const forms: Partial<Record<Intl.LDMLPluralRule, string>> = words[language].exactBytes
  const form = forms[new Intl.PluralRules(language).select(bytes)]
  return `${String(bytes).replaceAll(/\B(?=(\d{3})+$)/g, '\u202f')} ${form}`
}

/**
 * Formats a rate with one decimal, so that its width stays steady: "18.4 MB/s".
 * @param bytesPerSecond – rate in bytes per second
 * @throws RangeError when the rate is negative or not a finite number
 */
export function formatRate(bytesPerSecond: number, language: Language = 'en'): string {
  const { value, power } = scale(bytesPerSecond)
  const { bytes, second } = words[language]
  const digits = power === 0 ? 0 : 1
  return `${write(value, language, digits, digits)} ${bytes[power]}/${second}`
}

/**
 * Formats `done` of `total` in the total's unit: "1.42 of 2.68 GB". If `total` is null: "1.42 GB".
 */
export function formatProgress(done: number, total: number | null, language: Language = 'en'): string {
  if (total === null) return formatBytes(done, language)
  const { power } = scale(total)
  const { bytes, of } = words[language]
  const divisor = 1000 ** power
  const digits = power === 0 ? 0 : digitsAfterPoint(total / divisor)
  // Rounded down, so that an incomplete transfer never shows as complete.
  const shown = done >= total ? total / divisor : Math.floor((done / divisor) * 10 ** digits) / 10 ** digits
  const [part, whole] = [shown, total / divisor].map((value) => write(value, language, digits, digits))
  return `${part} ${of} ${whole} ${bytes[power]}`
}

/** Remaining time, rounded for display: a unit and its count. */
export interface Eta {
  unit: 'moment' | 'seconds' | 'minute' | 'minutes' | 'hour' | 'hours' | 'halfHours'
  /** Number of whole units. `halfHours` adds half an hour to it. */
  count: number
}

/**
 * Rounds the remaining seconds as in speech: to ten seconds, a minute, five minutes or half an
 * hour.
 */
export function roundEta(seconds: number): Eta {
  if (seconds < 8) return { unit: 'moment', count: 0 }
  if (seconds < 55) return { unit: 'seconds', count: Math.max(1, Math.round(seconds / 10)) * 10 }
  const minutes = Math.round(seconds / 60)
  if (minutes <= 1) return { unit: 'minute', count: 1 }
  if (minutes < 10) return { unit: 'minutes', count: minutes }
  if (minutes < 55) return { unit: 'minutes', count: Math.round(minutes / 5) * 5 }
  const halfHours = Math.round(seconds / 1800)
  if (halfHours <= 2) return { unit: 'hour', count: 1 }
  return { unit: halfHours % 2 ? 'halfHours' : 'hours', count: Math.floor(halfHours / 2) }
}

/**
 * Formats the remaining seconds in English: "a few seconds", "about 40 seconds", "about 3 minutes",
 * "about 1½ hours".
 */
export function formatEta(seconds: number): string {
  const { unit, count } = roundEta(seconds)
  if (unit === 'moment') return 'a few seconds'
  if (unit === 'minute') return 'about a minute'
  if (unit === 'hour') return 'about an hour'
  return unit === 'halfHours' ? `about ${count}½ hours` : `about ${count} ${unit}`
}

/**
 * Formats an elapsed duration, given in milliseconds: "0.4 s", "12 s", "3 min 20 s", "1 h 5 min".
 */
export function formatDuration(milliseconds: number, language: Language = 'en'): string {
  const { second, minute, hour } = words[language]
  if (milliseconds < 9950) return `${write(milliseconds / 1000, language, 1, 1)} ${second}`
  const seconds = Math.round(milliseconds / 1000)
  if (seconds < 60) return `${seconds} ${second}`
  if (seconds < 3600) return joinNonZero(Math.floor(seconds / 60), minute, seconds % 60, second)
  const minutes = Math.round(seconds / 60)
  return joinNonZero(Math.floor(minutes / 60), hour, minutes % 60, minute)
}

/**
 * Formats an age in English: "just now", "5 minutes", "3 hours", "12 days", "2 years".
 * @param seconds – age in whole seconds
 */
export function formatAge(seconds: number): string {
  if (seconds < 60) return 'just now'
  const { count, name } = roundAge(seconds)
  return `${count} ${name}${count === 1 ? '' : 's'}`
}

/**
 * Formats an age as a time in the past: "5 minutes ago", "12 days ago".
 * @param seconds – age in whole seconds
 */
export function formatAgo(seconds: number, language: Language = 'en'): string {
  const { count, name } = roundAge(seconds)
  return new Intl.RelativeTimeFormat(language).format(-count, name)
}

function roundAge(seconds: number): { count: number; name: (typeof ageUnits)[number]['name'] } {
  const { size, name } = ageUnits.find(({ from }) => seconds >= from)!
  return { count: Math.floor(seconds / size), name }
}

const day = 86_400
/**
 * Units of an age. Days go up to two months and months up to two years: "45 days" is more precise
 * than "1 month".
 */
const ageUnits = [
  { from: 2 * 365 * day, size: 365 * day, name: 'year' },
  { from: 61 * day, size: 30.44 * day, name: 'month' },
  { from: day, size: day, name: 'day' },
  { from: 3600, size: 3600, name: 'hour' },
  { from: 60, size: 60, name: 'minute' },
  { from: 0, size: 1, name: 'second' },
] as const

/** Splits a hash into groups of four digits, for reading aloud: "9f86 d081 884c …". */
export function groupHash(hex: string): string {
  return hex.match(/.{1,4}/g)?.join(' ') ?? ''
}

/**
 * @returns the value in the unit of 1000 ** power bytes
 */
function scale(bytes: number): { value: number; power: number } {
  if (!Number.isFinite(bytes) || bytes < 0) throw new RangeError(`Cannot format ${bytes} as bytes`)
  let value = bytes
  let power = 0
  // 999.5 would be displayed as "1000".
  while (value >= 999.5 && power < words.en.bytes.length - 1) {
    value /= 1000
    power++
  }
  return { value, power }
}

/** Formats a number with the decimals that it needs, at least `least` and at most `most`. */
const write = (value: number, language: Language, least: number, most: number): string =>
  new Intl.NumberFormat(language, {
    minimumFractionDigits: least,
    maximumFractionDigits: most,
    useGrouping: false,
  }).format(value)
const digitsAfterPoint = (value: number): number => (value < 9.995 ? 2 : value < 99.95 ? 1 : 0)
const joinNonZero = (large: number, largeUnit: string, small: number, smallUnit: string): string =>
  small === 0 ? `${large} ${largeUnit}` : `${large} ${largeUnit} ${small} ${smallUnit}`
