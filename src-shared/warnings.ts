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
  'catalog-offline': 'The stream {stream} is shown as of {ago}: {reason}',
  'stream-doubtful': 'The stream is doubtful: {reason}',
  'stream-unasked': 'The stream {stream} was not asked: {reason}',
  'images-unmeasured':
    'The size of {count, plural, one {# published image} other {# published images}} is unknown, so Kindling compares only where the drive says that its data end: {reason}',
  'release-older':
    '{release} was built {ago}; {stream} has {now} now. After the installation it updates itself to that.',
  'release-older-by-way':
    '{release} was built {ago}; {stream} has {now} now. After the installation it updates itself to that, through {barriers}.',
  'release-dead-end': '{release} was built {ago}; {stream} has {now} now. It never updates itself: {reason}',
  'cloud-images-none': 'No cloud image is published for {of}.',
  'cloud-images-old': '{release} was built {ago}. Fedora keeps AMIs for 24 months, so they are probably gone.',
  'image-unrecognized':
    'The image does not look like a disk image: it has no partition table, ISO descriptor or known file system.',
  'config-doubtful': 'The config {file}: {problem}',
  'hostname-shared':
    '{count, plural, one {# drive gets} other {# drives get}} the host name {hostname}. It does not tell their machines apart.',
  'keyfile-overlooked':
    'NetworkManager ignores the connection {file} at the first start: its name does not end in .nmconnection.',
  'dest-device-moves':
    '{device} may name another disk when disks are added. /dev/disk/by-id/ has names with the serial number, which stay.',
  'dest-without-config':
    'The installed system gets no config, so you cannot log in to it: the config of a live system does not reach it.',
  'server-silent': '{host} has sent nothing for {seconds} s. Kindling tries again (try {attempt}).',
  'server-busy': '{host} is busy. Kindling tries again in {seconds} s, as the server asks (try {attempt}).',
  'script-kept': '{path} exists already. Kindling did not change it.',
  'group-kept':
    '{path} exists already. Kindling did not change it. Machines start the profile {profile} if a group of matchbox names it.',
  'not-cached': 'The download is not kept for next time: {reason}',
  'partial-damaged': 'The part of the image downloaded earlier was damaged. It was removed.',
  'cache-damaged': 'The copy in the cache was damaged. It was removed, and Kindling downloads the image again.',
  'bytes-unreadable':
    'The drive cannot read {length, plural, one {# byte} other {# bytes}} from byte {offset} on. The file has zeros there.',
  'bytes-kept':
    'The drive can no longer read {length, plural, one {# byte} other {# bytes}} from byte {offset} on. The file keeps the data that an earlier run read there.',
  'saved-part-found':
    'An earlier run saved the first {bytes, plural, one {# byte} other {# bytes}}. Kindling compares them with the drive, and continues.',
  'saved-part-differs': 'The drive has changed since then. Kindling saves it again from byte {from} on.',
  'saved-part-kept': 'The part that was saved is kept in {path}. Saving to the same file again continues it.',
  'drive-mounted': '{drive} is mounted at {mountpoints}. A mounted drive may differ from its image.',
  'read-back-cached': 'The system reads this drive only through its cache, so the data may have come from memory.',
  'partition-table-not-reread': '{reason}',
  'drive-not-ejected': '{reason}',
  'drive-not-closed': 'The drive was not closed properly: {reason}',
  'drive-stalled': 'The drive has not answered for {seconds} s. Kindling continues when it does.',
  'drive-retried':
    'The drive failed to {operation} at byte {offset} ({reason}). Kindling tries each failed part up to {tries, plural, one {# time} other {# times}}.',
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
