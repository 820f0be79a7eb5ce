import type { Drive, DriveIdentity } from '../../src-shared/drive.ts'
import { KindlingError } from '../../src-shared/failure.ts'
import { checkSameDrive, driveChanged } from '../drives/identity.ts'
import type { DriveToWrite } from '../../src-shared/job.ts'
import { findSameDrive, isStillAttached } from '../../src-shared/same-drive.ts'
import type { SourcePlan } from '../image/source/source.ts'
import type { Ports } from '../ports.ts'

/**
 * Returns the drive that the user named. If the user chose a drive, it is that drive: where it was
 * attached, or where it is plugged in again. In that case no name is followed, because links made
 * by udev may now lead to another drive.
 * @param identity – identity of the chosen drive when it was chosen
 * @throws drive-missing, drive-unusable, drive-is-partition, drive-changed
 */
export async function findDrive(ports: Ports, path: string, identity: DriveIdentity | undefined): Promise<Drive> {
  if (identity === undefined) return ports.drives.inspect(path)
  const there = await ports.drives.inspect(identity.device).catch(asFailure)
  if (!(there instanceof KindlingError) && isStillAttached(identity, there.identity)) return there
  const again = identity.kind === 'block' ? findSameDrive(await ports.drives.list(), identity) : undefined
  if (again !== undefined) {
    const drive = await ports.drives.inspect(again.identity.device)
    checkSameDrive(again.identity, drive.identity)
    return drive
  }
  throw there instanceof KindlingError ? there : driveChanged(identity, there.identity)
}

function asFailure(error: unknown): KindlingError {
  if (error instanceof KindlingError) return error
  throw error
}

/**
 * Returns a drive that may be written. A precious drive must be confirmed by its name, whichever
 * interface starts the job.
 * @param plan – image that will be written; null for none
 * @throws the drive's refusals, confirmation-name-missing, drive-holds-source, and the failures of
 * `findDrive`
 */
export async function findWritableDrive(ports: Ports, chosen: DriveToWrite, plan: SourcePlan | null): Promise<Drive> {
  const drive = await findDrive(ports, chosen.drive, chosen.identity)
  const refusal = drive.refusals[0]
  if (refusal) throw KindlingError.revive(refusal)
  if (drive.precious && chosen.confirmed !== drive.name)
    throw new KindlingError('confirmation-name-missing', { drive: drive.identity.device, name: drive.name })
  const needed = [ports.paths.cache, ...(plan?.kind === 'file' ? [plan.location] : [])]
  for (const place of needed)
    if (await ports.drives.overlaps(drive, place))
      throw new KindlingError('drive-holds-source', { drive: drive.identity.device, path: place })
  return drive
}

/**
 * Checks that the drive has room for the image.
 * @throws drive-too-small
 */
export function requireRoom(drive: Drive, needed: number): void {
  const available = drive.identity.size
  if (available < needed)
    throw new KindlingError('drive-too-small', { drive: drive.name, available, needed, missing: needed - available })
}

/**
 * Checks that the image fits the sector size of the drive. A disk-image file fits any.
 * @param imageSectorSize – sector size of the image's GPT; null if it has no GPT
 * @throws drive-sector-size
 */
export function requireSectorSize(drive: Drive, imageSectorSize: 512 | 4096 | null): void {
  if (imageSectorSize === null || drive.identity.kind === 'file' || drive.sectorSize === imageSectorSize) return
  throw new KindlingError('drive-sector-size', {
    drive: drive.name,
    imageSectorSize,
    driveSectorSize: drive.sectorSize,
    format: drive.sectorSize === 4096 ? '4k.raw.xz' : 'raw.xz',
  })
}
