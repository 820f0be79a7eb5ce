import type { DriveIdentity } from './drive.ts'

const marks = ['serial', 'wwn', 'model', 'vendor'] as const

/**
 * Returns the key of a drive as currently attached, with its medium. Two drives of one list never
 * have the same key. A drive that is plugged in again has another key. Where the system does not
 * distinguish attachments, the device name, serial number, WWN, model and vendor are part of the
 * key.
 */
export function keyOf(identity: DriveIdentity): string {
  const { kind, number, attachment, medium, size, device } = identity
  // A file's number is its inode, which is the same under all of its names.
  const place = kind === 'block' && attachment === null ? [device, ...marks.map((mark) => identity[mark])] : []
  return JSON.stringify([kind, number, attachment, medium, size, ...place])
}

/**
 * Returns whether a drive is still attached as before, with the same medium. The names that udev
 * makes do not matter.
 */
export const isStillAttached = (was: DriveIdentity, is: DriveIdentity): boolean =>
  keyOf(was) === keyOf(is) && !differs(was, is, 'serial') && !differs(was, is, 'wwn')

/**
 * Finds the chosen drive in a list: still attached as before, or plugged in again. Cheap sticks and
 * USB bridges share one serial number. A serial number or WWN therefore identifies a drive only if
 * no other drive has it now, and no other had it when the drive was chosen.
 * @param drives – all drives that are present
 * @param chosen – the drive as last seen while it was attached
 */
export function findSameDrive<T extends { identity: DriveIdentity }>(
  drives: readonly T[],
  chosen: DriveIdentity,
): T | undefined {
  const attached = drives.find(({ identity }) => isStillAttached(chosen, identity))
  if (attached !== undefined || chosen.kind === 'file' || chosen.ambiguous) return attached
  // The drive is still attached, with another medium. The serial number of a card reader is not
  // that of its card.
  if (drives.some(({ identity }) => identity.attachment !== null && identity.attachment === chosen.attachment))
    return undefined
  const candidates = drives.filter(
    ({ identity }) => shares(identity, chosen, 'serial') || shares(identity, chosen, 'wwn'),
  )
  const [candidate] = candidates
  return candidates.length === 1 && isPluggedAgain(chosen, candidate!.identity) ? candidate : undefined
}

function isPluggedAgain(was: DriveIdentity, is: DriveIdentity): boolean {
  if (is.ambiguous || was.kind !== is.kind || was.size !== is.size) return false
  return marks.every((mark) => was[mark] === is[mark]) && !differs(was, is, 'byId')
}

type Mark = (typeof marks)[number] | 'byId'

const differs = (one: DriveIdentity, other: DriveIdentity, mark: Mark) =>
  one[mark] !== null && other[mark] !== null && one[mark] !== other[mark]

const shares = (one: DriveIdentity, other: DriveIdentity, mark: Mark) => one[mark] !== null && one[mark] === other[mark]
