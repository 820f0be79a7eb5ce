import type { Drive as Listed } from 'drivelist'
import type { Drive } from '../../src-shared/drive.ts'
import { KindlingError } from '../../src-shared/failure.ts'
import { plain } from '../../src-shared/plain.ts'
import { isPrecious } from './is-precious.ts'
import { toRefusal } from './refusal.ts'
import type { Said } from '../../src-shared/phrases.ts'

/**
 * Converts a drive of drivelist. drivelist reports no serial number, no WWN and no partitions, only
 * mounts. Drives are therefore distinguished by name, model and size. Users of a drive are only
 * found when opening it fails.
 * @param system – the part of the system or of Kindling that the drive carries, or null
 */
export function fromDrivelist(listed: Listed, system: Said | null): Drive {
  const { device, isRemovable: removable, isReadOnly: readOnly } = listed
  const size = listed.size ?? 0
  const description = plain(listed.description, 200)
  const name = description.replaceAll(/\s+/g, ' ').trim() || device
  return {
    identity: {
      device,
      kind: 'block',
      size,
      model: description || null,
      vendor: null,
      serial: null,
      wwn: null,
      byId: null,
      // The port that the drive is plugged into; empty or null where drivelist does not know it.
      number: listed.devicePath ? `${device} at ${listed.devicePath}` : device,
      attachment: null,
      medium: null,
    },
    name,
    sectorSize: listed.logicalBlockSize,
    bus: listed.busType === 'UNKNOWN' ? null : listed.busType.toLowerCase(),
    removable,
    readOnly,
    contents: listed.mountpoints.map(({ path, label }) => ({
      device,
      size,
      label: label && plain(label, 200),
      fileSystem: null,
      mountpoints: [path],
    })),
    refusals: [
      ...(system === null ? [] : [toRefusal(new KindlingError('drive-system', { drive: device, reason: system }))]),
      ...(readOnly ? [toRefusal(new KindlingError('drive-read-only', { drive: device }))] : []),
    ],
    precious: isPrecious(removable, size),
  }
}
