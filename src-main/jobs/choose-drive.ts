import type { Drive, DriveIdentity } from '../../src-shared/drive.ts'
import { KindlingError } from '../../src-shared/failure.ts'
import { checkSameDrive, driveChanged } from '../drives/identity.ts'
import type { DriveToWrite } from '../../src-shared/job.ts'
import { findSameDrive, isStillAttached } from '../../src-shared/same-drive.ts'
import type { SourcePlan } from '../image/source.ts'
import type { Ports } from '../ports.ts'

/**
 * The drive that a person named. Where they chose a drive, it is that drive: at the place where it
 * was attached, else where it is plugged in again. No name is followed then: links that udev makes
 * may lead to another drive by now.
 * @param identity of the chosen drive, as it was when it was chosen
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
 * A drive that may be written. Whoever starts the job, a precious drive is not written without its name.
 * @throws the drive's refusals, confirmation-name-missing, drive-holds-source, and what `findDrive` throws
 */
export async function findWritableDrive(ports: Ports, chosen: DriveToWrite, plan: SourcePlan): Promise<Drive> {
  const drive = await findDrive(ports, chosen.drive, chosen.identity)
  const refusal = drive.refusals[0]
  if (refusal) throw new KindlingError(refusal.code, refusal.details)
  if (drive.precious && chosen.confirmed !== drive.name)
    throw new KindlingError('confirmation-name-missing', { drive: drive.identity.device, name: drive.name })
  const needed = [ports.paths.cache, ...(plan.kind === 'file' ? [plan.location] : [])]
  for (const place of needed)
    if (await ports.drives.overlaps(drive, place))
      throw new KindlingError('drive-holds-source', { drive: drive.identity.device, path: place })
  return drive
}

/** @throws drive-too-small */
export function requireRoom(drive: Drive, needed: number): void {
  if (drive.identity.size < needed)
    throw new KindlingError('drive-too-small', { drive: drive.name, available: drive.identity.size, needed })
}

/**
 * @param imageSectorSize of the image's GPT, or null when it has none
 * @throws drive-sector-size; a disk-image file fits any
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
