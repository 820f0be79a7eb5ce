/** Numbers as people read them, in decimal units as on a drive's label. One form for the window and the command line. */

const byteUnits = ['B', 'kB', 'MB', 'GB', 'TB', 'PB'] as const

/**
 * Bytes as on a label: "0 B", "643 MB", "2.68 GB" (three digits at most), "32 GB".
 * @throws RangeError when bytes is negative or not a finite number
 */
export function formatBytes(bytes: number): string {
  const { value, unit } = scale(bytes)
  if (unit === 'B') return `${Math.round(value)} B`
  return `${trimZeros(value.toFixed(digitsAfterPoint(value)))} ${unit}`
}

/** Every byte, digits grouped by a thin space: "2 684 354 560 bytes". */
export function formatExactBytes(bytes: number): string {
  return `${String(bytes).replaceAll(/\B(?=(\d{3})+$)/g, '\u2009')} ${bytes === 1 ? 'byte' : 'bytes'}`
}

/**
 * Bytes per second with one decimal, so that the digits do not jump about: "18.4 MB/s".
 * @throws RangeError when the rate is negative or not a finite number
 */
export function formatRate(bytesPerSecond: number): string {
  const { value, unit } = scale(bytesPerSecond)
  return unit === 'B' ? `${Math.round(value)} B/s` : `${value.toFixed(1)} ${unit}/s`
}

/** `done` of `total` in the unit of the total: "1.42 of 2.68 GB"; without a total "1.42 GB". */
export function formatProgress(done: number, total: number | null): string {
  if (total === null) return formatBytes(done)
  const { unit } = scale(total)
  if (unit === 'B') return `${done} of ${total} B`
  const divisor = 1000 ** byteUnits.indexOf(unit)
  const digits = digitsAfterPoint(total / divisor)
  if (done >= total) return `${(total / divisor).toFixed(digits)} of ${(total / divisor).toFixed(digits)} ${unit}`
  // Rounded down: what is not complete must not read as complete.
  const shown = Math.floor((done / divisor) * 10 ** digits) / 10 ** digits
  return `${shown.toFixed(digits)} of ${(total / divisor).toFixed(digits)} ${unit}`
}

/** Seconds left, rounded as people speak: "a few seconds", "about 40 seconds", "about 3 minutes", "about 1½ hours". */
export function formatEta(seconds: number): string {
  if (seconds < 8) return 'a few seconds'
  if (seconds < 55) return `about ${Math.max(1, Math.round(seconds / 10)) * 10} seconds`
  const minutes = Math.round(seconds / 60)
  if (minutes <= 1) return 'about a minute'
  if (minutes < 10) return `about ${minutes} minutes`
  if (minutes < 55) return `about ${Math.round(minutes / 5) * 5} minutes`
  const halfHours = Math.round(seconds / 1800)
  if (halfHours <= 2) return 'about an hour'
  return `about ${Math.floor(halfHours / 2)}${halfHours % 2 ? '½' : ''} hours`
}

/** A duration that is over, in milliseconds: "0.4 s", "12 s", "3 min 20 s", "1 h 5 min". */
export function formatDuration(milliseconds: number): string {
  if (milliseconds < 9950) return `${(milliseconds / 1000).toFixed(1)} s`
  const seconds = Math.round(milliseconds / 1000)
  if (seconds < 60) return `${seconds} s`
  if (seconds < 3600) return joinNonZero(Math.floor(seconds / 60), 'min', seconds % 60, 's')
  const minutes = Math.round(seconds / 60)
  return joinNonZero(Math.floor(minutes / 60), 'h', minutes % 60, 'min')
}

/** How old something is, in whole seconds: "just now", "5 minutes", "3 hours", "12 days", "2 years". */
export function formatAge(seconds: number): string {
  if (seconds < 60) return 'just now'
  const { size, name } = ageUnits.find(({ from }) => seconds >= from)!
  const count = Math.floor(seconds / size)
  return `${count} ${name}${count === 1 ? '' : 's'}`
}

const day = 86_400
/** Why a list of artifacts is not of today: "The stream is as it was seen 3 hours ago: Cannot reach …". */
export function describeOffline(ageSeconds: number, reason: string): string {
  const seen = ageSeconds < 60 ? 'just now' : `${formatAge(ageSeconds)} ago`
  return `The stream is as it was seen ${seen}: ${reason}`
}

/** Days are counted up to two months, months up to two years: "45 days" says more than "1 month". */
const ageUnits = [
  { from: 2 * 365 * day, size: 365 * day, name: 'year' },
  { from: 61 * day, size: 30.44 * day, name: 'month' },
  { from: day, size: day, name: 'day' },
  { from: 3600, size: 3600, name: 'hour' },
  { from: 60, size: 60, name: 'minute' },
]

/** A hash in groups of four, for reading aloud: "9f86 d081 884c …". */
export function groupHash(hex: string): string {
  return hex.match(/.{1,4}/g)?.join(' ') ?? ''
}

function scale(bytes: number): { value: number; unit: (typeof byteUnits)[number] } {
  if (!Number.isFinite(bytes) || bytes < 0) throw new RangeError(`Cannot format ${bytes} as bytes`)
  let value = bytes
  let index = 0
  // 999.5 would be shown as "1000".
  while (value >= 999.5 && index < byteUnits.length - 1) {
    value /= 1000
    index++
  }
  return { value, unit: byteUnits[index]! }
}

const digitsAfterPoint = (value: number): number => (value < 9.995 ? 2 : value < 99.95 ? 1 : 0)
const trimZeros = (digits: string): string => (digits.includes('.') ? digits.replace(/\.?0+$/, '') : digits)
const joinNonZero = (large: number, largeUnit: string, small: number, smallUnit: string): string =>
  small === 0 ? `${large} ${largeUnit}` : `${large} ${largeUnit} ${small} ${smallUnit}`
