import type { DriveIdentity } from '../../src-shared/drive.ts'

/**
 * Whether two sightings are of one physical drive, even when it was plugged in again under another letter. What the drive
 * says of itself decides; only a drive that says nothing is told by where it is.
 */
export function isSameDrive(one: DriveIdentity, other: DriveIdentity): boolean {
  if (one.kind !== other.kind || one.size !== other.size) return false
  if (one.kind === 'file') return one.device === other.device
  if (one.model !== other.model || one.vendor !== other.vendor) return false
  for (const mark of ['wwn', 'serial', 'byId'] as const)
    if (one[mark] !== null || other[mark] !== null) return one[mark] === other[mark]
  return one.device === other.device && one.number === other.number
}
