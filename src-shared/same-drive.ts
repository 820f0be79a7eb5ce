import type { DriveIdentity } from './drive.ts'

const marks = ['serial', 'wwn', 'model', 'vendor'] as const

/**
 * Key of a drive as it is attached, with its medium: two drives of one list never have the same
 * key. A drive that is plugged in again has another key. Where the system does not tell attachments
 * apart, the drive's name and place count.
 */
export function keyOf(identity: DriveIdentity): string {
  const { kind, number, attachment, medium, size, device } = identity
  // The number of a file is its inode, which is one under all of its names.
  const place = kind === 'block' && attachment === null ? [device, ...marks.map((mark) => identity[mark])] : []
  return JSON.stringify([kind, number, attachment, medium, size, ...place])
}

/**
 * Whether a drive is attached as it was, with the medium that it had. The names that udev makes do
 * not matter.
 */
export const isStillAttached = (was: DriveIdentity, is: DriveIdentity): boolean =>
  keyOf(was) === keyOf(is) && !differs(was, is, 'serial') && !differs(was, is, 'wwn')

/**
 * The drive of a list that was chosen: still attached as it was, else plugged in again. Cheap
 * sticks and USB bridges share one serial number. A serial number or WWN therefore identifies a
 * drive only where one drive alone has it now, and had it when it was chosen.
 * @param drives all drives that are present
 * @param chosen the drive as it was last seen while it was attached
 */
export function findSameDrive<T extends { identity: DriveIdentity }>(
  drives: readonly T[],
  chosen: DriveIdentity,
): T | undefined {
  const attached = drives.find(({ identity }) => isStillAttached(chosen, identity))
  if (attached !== undefined || chosen.kind === 'file' || chosen.ambiguous) return attached
  // The drive is still there with another medium. The serial number of a card reader is not its
  // card's.
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
