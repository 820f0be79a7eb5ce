import type { FirstBootDone } from '../../../src-shared/first-boot.ts'
import { plain } from '../../../src-shared/plain.ts'
import type { Receipt } from '../../../src-shared/receipt.ts'
import { formatBytes, formatDuration, formatExactBytes, groupHash } from '../../../src-shared/units.ts'

/** Formats a receipt for the user. */
export function describeReceipt(receipt: Receipt): string {
  const { image, drive, files, durations } = receipt
  const firstBoot = drive?.firstBoot ?? receipt.firstBoot
  const rows: [string, string | null][] = [
    ['image', image.location],
    [
      'release',
      [image.stream, image.release, image.architecture, image.platform, image.format].filter(Boolean).join(' ') || null,
    ],
    ['signed by', image.signature && describeSignature(image.signature)],
    ['sha256', image.sha256 && describeHash(image.sha256)],
    ['list of sums', image.checksumFile && describeList(image.checksumFile)],
    ['uncompressed', image.uncompressedSha256 && describeHash(image.uncompressedSha256)],
    ...files.map(({ path, bytes }): [string, string] => ['file', `${path} (${formatBytes(bytes)})`]),
    [
      'drive',
      drive &&
        `${drive.identity.device}${drive.identity.model ? ` ${drive.identity.model}` : ''}, ${formatBytes(drive.identity.size)}`,
    ],
    ['written', drive && drive.bytesWritten > 0 ? describeWritten(drive) : null],
    ['read back', drive && (drive.readBackSha256 ? groupHash(drive.readBackSha256) : 'not read back')],
    ['first boot', firstBoot ? describeFirstBoot(firstBoot) : null],
    [
      'took',
      Object.entries(durations)
        .map(([phase, duration]) => `${phase} ${formatDuration(duration)}`)
        .join(', '),
    ],
  ]
  const width = Math.max(...rows.map(([name]) => name.length))
  return [
    receipt.statement,
    ...rows.flatMap(([name, value]) => (value === null ? [] : [`  ${name.padEnd(width)}  ${plain(value, 8192)}`])),
    ...receipt.warnings.map(({ message }) => `  ! ${message}`),
  ].join('\n')
}

const describeFirstBoot = ({
  configSha256,
  configSize,
  hostname,
  appendKargs,
  deleteKargs,
  consoles,
  platform,
  firstbootArgs,
  keyfiles,
  live,
}: FirstBootDone): string =>
  [
    configSha256 && `config ${groupHash(configSha256)}${configSize === null ? '' : ` (${formatBytes(configSize)})`}`,
    hostname && `host name ${hostname}`,
    ...appendKargs.map((karg) => `with ${karg}`),
    ...deleteKargs.map((karg) => `without ${karg}`),
    ...consoles.map((console) => `console ${console}`),
    platform && `platform ${platform}`,
    firstbootArgs && `at the first boot ${firstbootArgs}`,
    ...keyfiles.map((name) => `connection ${name}`),
    ...(live ? describeLive(live) : []),
  ]
    .filter(Boolean)
    .join(', ')

function describeLive({
  replaceKargs,
  destDevice,
  destConfigSha256,
  destAppendKargs,
  destDeleteKargs,
  destConsoles,
  files,
}: NonNullable<FirstBootDone['live']>): (string | null)[] {
  return [
    ...replaceKargs.map((change) => `replacing ${change}`),
    destDevice && `installs on ${destDevice}`,
    destConfigSha256 && `there config ${groupHash(destConfigSha256)}`,
    ...destAppendKargs.map((karg) => `there with ${karg}`),
    ...destDeleteKargs.map((karg) => `there without ${karg}`),
    ...destConsoles.map((console) => `there console ${console}`),
    ...files.map((name) => `file ${name}`),
  ]
}

function describeWritten({ bytesWritten, bytesSkipped }: NonNullable<Receipt['drive']>): string {
  const there = bytesSkipped === 0 ? '' : `; ${formatExactBytes(bytesSkipped)} unchanged, skipped`
  return `${formatExactBytes(bytesWritten)}${there}`
}

const describeSignature = ({ signer, fingerprint, signedAt }: NonNullable<Receipt['image']['signature']>): string =>
  `${signer ?? ''} ${groupHash(fingerprint)}, ${signedAt}`

const describeList = ({ location, signature }: NonNullable<Receipt['image']['checksumFile']>): string =>
  `${location} (${signature === null ? 'not signed' : `signed by ${describeSignature(signature)}`})`

function describeHash({ actual, expected, from }: NonNullable<Receipt['image']['sha256']>): string {
  const compared = expected === null ? 'not compared' : from === 'stream' ? 'as the stream publishes' : 'as given'
  return `${groupHash(actual)} (${compared})`
}
