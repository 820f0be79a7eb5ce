import type { DriveIdentity } from './drive.ts'

const marks = ['serial', 'wwn', 'model', 'vendor'] as const

/**
 * Whether two sightings are of one drive with one medium in it, whatever its letter.
 *
 * While a drive stays plugged in, the system knows by itself; a card reader stays while its card is changed. A drive that
 * was plugged in again is the same one only if its serial number or WWN says so: many cheap sticks have neither, and
 * then its letter says nothing.
 */
export function isSameDrive(one: DriveIdentity, other: DriveIdentity): boolean {
  const agree = (field: keyof DriveIdentity) =>
    one[field] === null || other[field] === null ? null : one[field] === other[field]
  if (one.kind !== other.kind || one.size !== other.size) return false
  if (agree('serial') === false || agree('wwn') === false) return false
  const attached = agree('attachment')
  const medium = agree('medium')
  if (attached === true && medium !== null) return medium
  // The readers of one housing have one serial number, and a name each.
  if (marks.some((mark) => one[mark] !== other[mark]) || agree('byId') === false) return false
  if (one.serial !== null || one.wwn !== null) return true
  return attached !== false && one.number === other.number
}
