import type { Drive } from '../../src-shared/drive.ts'
import { t } from '../words/index.ts'
import { formatBytes } from '../words/units.ts'

/** Maximum number of partitions listed individually. The rest are only counted. */
const told = 3

const knownIn = ({ contents }: Drive) =>
  contents.filter((one) => one.label || one.fileSystem || one.mountpoints.length > 0)

/** Returns whether the system sees a file system on the drive. */
export const hasContents = (drive: Drive): boolean => knownIn(drive).length > 0

/**
 * Returns one line about a drive's contents: labels, file systems, sizes and mount points. Leaves
 * out a size that is the drive's own.
 */
export function describeContents(drive: Drive): string {
  const { identity } = drive
  const known = knownIn(drive)
  if (known.length === 0) return t('drives.empty')
  const parts = known
    .slice(0, told)
    .map(({ label, fileSystem, size, mountpoints }) =>
      [
        [label && t('drives.label', { label }), fileSystem, size !== identity.size && formatBytes(size)]
          .filter(Boolean)
          .join(' '),
        mountpoints.length > 0 && t('drives.mounted', { places: mountpoints.join(', ') }),
      ]
        .filter(Boolean)
        .join(', '),
    )
  if (known.length > told) parts.push(t('drives.moreContents', { count: known.length - told }))
  return parts.join(' · ')
}
