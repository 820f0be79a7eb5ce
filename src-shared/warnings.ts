import type { OlderRelease } from './artifact.ts'
import type { FailureDetails } from './failure.ts'
import { formatAgo } from './units.ts'
import { fillIn, type NamesIn } from './values-in.ts'
import type { Said } from './phrases.ts'

/**
 * Warnings of jobs: a code for each, with its English text. `{name}` is replaced by a value. The
 * window has the same codes in its other languages.
 */
export const warnings = {
  'catalog-offline': 'The stream {stream} is as it was seen {ago}: {reason}',
  'stream-doubtful': 'The stream is doubtful: {reason}',
  'stream-unasked': 'The stream {stream} was not asked: {reason}',
  'images-unmeasured': '{count} published images are looked for only where the drive says that it ends: {reason}',
  'release-older': '{release} was built {ago}; {stream} has {now} now. Once installed, it updates itself to that.',
  'release-older-by-way':
    '{release} was built {ago}; {stream} has {now} now. Once installed, it updates itself to that, by way of {barriers}.',
  'release-dead-end': '{release} was built {ago}; {stream} has {now} now. It never updates itself: {reason}',
  'cloud-images-old': '{release} was built {ago}. Fedora keeps AMIs for 24 months, so they are probably gone.',
  'image-unrecognized':
    'The image does not look like a disk image: it has no partition table, ISO descriptor or known file system.',
  'config-doubtful': 'The config {file}: {problem}',
  'dest-device-moves':
    '{device} may name another disk when disks are added. /dev/disk/by-id/ has names with the serial number, which stay.',
  'dest-without-config':
    'The installed system gets no config, so nobody can log in to it: the config of a live system does not reach it.',
  'server-silent': '{host} has sent nothing for {seconds} s. It is asked again (try {attempt}).',
  'server-busy': '{host} is busy. It is asked again in {seconds} s, as it wishes (try {attempt}).',
  'script-kept': '{path} was there already, and was left as it is.',
  'not-cached': 'The image is not kept for the next time: {reason}',
  'partial-damaged': 'What was fetched of the image before was damaged. It was removed.',
  'cache-damaged': 'The copy in the cache was damaged. It was removed, and the image is fetched again.',
  'bytes-unreadable': '{length} bytes from byte {offset} on cannot be read. The file has zeros there.',
  'drive-mounted': '{drive} is mounted at {mountpoints}. A mounted drive may differ from its image.',
  'read-back-cached':
    'The system does not read this drive past its cache: what was read back may have come from memory.',
  'partition-table-not-reread': '{reason}',
  'drive-not-ejected': '{reason}',
  'drive-not-closed': 'The drive was not closed as it should be: {reason}',
  'drive-stalled': 'The drive has not answered for {seconds} s. Kindling goes on when it does.',
  'drive-retried':
    'The drive failed to {operation} at byte {offset} ({reason}). It is asked again, up to {tries} times for each failure.',
} as const

export type WarningCode = keyof typeof warnings
type Names<Code extends WarningCode> = NamesIn<(typeof warnings)[Code]>
type Values<Code extends WarningCode> = [Names<Code>] extends [never]
  ? []
  : [values: FailureDetails & Record<Names<Code>, NonNullable<FailureDetails[string]>>]

/** Reports a warning, with a value for each name in its text and further facts. */
export type Warn = <Code extends WarningCode>(code: Code, ...values: Values<Code>) => void

/** Returns a warning in English. */
export const describeWarning = <Code extends WarningCode>(code: Code, ...[values]: Values<Code>): string =>
  fillIn(warnings[code], values ?? {})

/**
 * Returns the values of a warning that a stream was not asked now.
 * @param ageSeconds – time since it was seen, in seconds
 */
export const offlineValues = (stream: string, ageSeconds: number, reason: Said) => ({
  stream,
  ageSeconds,
  ago: formatAgo(ageSeconds),
  reason,
})

/** Reports what it means to take an older release of a stream. */
export function warnOfOlder(warn: Warn, { barriers, deadEnd, ...about }: OlderRelease): void {
  const values = { ...about, ago: formatAgo(about.ageSeconds) }
  if (deadEnd !== null) warn('release-dead-end', { ...values, reason: deadEnd })
  else if (barriers.length > 0) warn('release-older-by-way', { ...values, barriers })
  else warn('release-older', values)
}
