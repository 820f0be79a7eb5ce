import type { DriveContent } from '../../src-shared/drive.ts'
import { t } from '../words/index.ts'
import { formatBytes } from '../words/units.ts'

/** Parts of a drive that are told one by one; the rest is counted. */
const told = 3

/** What stands on a drive in one line: labels, file systems, sizes, where it is mounted. */
export function describeContents(contents: DriveContent[]): string {
  const known = contents.filter((one) => one.label || one.fileSystem || one.mountpoints.length > 0)
  if (known.length === 0) return t('drives.empty')
  const parts = known
    .slice(0, told)
    .map(({ label, fileSystem, size, mountpoints }) =>
      [
        [label && t('drives.label', { label }), fileSystem, formatBytes(size)].filter(Boolean).join(' '),
        mountpoints.length > 0 && t('drives.mounted', { places: mountpoints.join(', ') }),
      ]
        .filter(Boolean)
        .join(', '),
    )
  if (known.length > told) parts.push(t('drives.moreContents', { count: known.length - told }))
  return parts.join(' · ')
}
