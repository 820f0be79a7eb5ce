import type { Drive as Listed } from 'drivelist'
import type { Drive } from '../../src-shared/drive.ts'
import { plain } from '../../src-shared/plain.ts'
import { isPrecious } from './is-precious.ts'
import { refuse } from './refusal.ts'

/**
 * A drive as drivelist alone knows it. Gaps: no serial, no WWN and no partitions, only what is mounted; so a drive is
 * told from another by its name, model and size, and what uses it is only found by failing to open it.
 * @param system what of the system or of Kindling it carries, or null
 */
export function fromDrivelist(listed: Listed, system: string | null): Drive {
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
      // Where it is plugged in; empty or null where drivelist does not know.
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
      ...(system === null ? [] : [refuse('drive-system', { drive: device, reason: system })]),
      ...(readOnly ? [refuse('drive-read-only', { drive: device })] : []),
    ],
    precious: isPrecious(removable, size),
  }
}
