import { fileSystemNames } from '../../../src-shared/file-system.ts'
import { plain } from '../../../src-shared/plain.ts'
import type { Restoration } from '../../../src-shared/restoration.ts'
import { formatBytes, formatExactBytes, groupHash } from '../../../src-shared/units.ts'

/** Formats the receipt of a restored drive for the user. */
export function describeRestoration({ fileSystem, table, label, drive, statement, warnings }: Restoration): string {
  const { device, model, size } = drive.identity
  const rows = [
    ['drive', `${device}${model ? ` ${model}` : ''}, ${formatBytes(size)}`],
    ['now', `${fileSystemNames[fileSystem]}${label === null ? '' : ` "${label}"`}, ${table.toUpperCase()}`],
    ['written', formatExactBytes(drive.bytesWritten)],
    ['read back', groupHash(drive.readBackSha256!)],
  ]
  return [
    statement,
    ...rows.map(([name, value]) => `  ${name!.padEnd('read back'.length)}  ${plain(value!)}`),
    ...warnings.map(({ message }) => `  ! ${message}`),
  ].join('\n')
}
