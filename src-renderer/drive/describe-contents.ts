import type { DriveContent } from '../../src-shared/drive.ts'
import { words } from '../words/index.ts'

/** Parts of a drive that are told one by one; the rest is counted. */
const told = 3

/** What stands on a drive in one line: labels, file systems, sizes, where it is mounted. */
export function describeContents(contents: DriveContent[]): string {
  const texts = words.drives
  const known = contents.filter((one) => one.label || one.fileSystem || one.mountpoints.length > 0)
  if (known.length === 0) return texts.empty
  const parts = known
    .slice(0, told)
    .map(({ label, fileSystem, size, mountpoints }) =>
      [texts.content(label, fileSystem, size), mountpoints.length > 0 && texts.mounted(mountpoints)]
        .filter(Boolean)
        .join(', '),
    )
  if (known.length > told) parts.push(texts.moreContents(known.length - told))
  return parts.join(' · ')
}
