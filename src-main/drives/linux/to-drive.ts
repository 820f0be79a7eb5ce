import type { Drive, DriveContent, DriveIdentity } from '../../../src-shared/drive.ts'
import { plain } from '../../../src-shared/plain.ts'
import { isPrecious } from '../is-precious.ts'
import { nameDrive } from '../name-drive.ts'
import { flatten, type BlockDevice } from './block-tree.ts'
import type { Presence } from './presence.ts'
import { refusalsOf, type Uses } from './refusals.ts'

export interface Knowledge extends Uses {
  byId: string | null
  presence: Presence
  /** Another drive has, or had, the same serial number or WWN. */
  ambiguous?: boolean
}

/** Converts a whole block device into the `Drive` of the public contract. */
export function toDrive(device: BlockDevice, known: Knowledge): Drive {
  const { size } = device
  const identity = identityOf(device, known.byId, known.presence, known.ambiguous)
  const virtual = device.type === 'loop' || device.device.startsWith('/dev/zram')
  const removable = virtual || device.removable
  return {
    identity,
    name: nameDrive(identity),
    sectorSize: device.sectorSize,
    bus: device.bus,
    removable,
    readOnly: device.readOnly,
    contents: contentsOf(device),
    refusals: refusalsOf(device, known),
    precious: isPrecious(removable, size),
  }
}

export function identityOf(
  found: BlockDevice,
  byId: string | null,
  presence: Presence,
  ambiguous = false,
): DriveIdentity {
  const { device, vendor, model, serial, wwn, size, number } = found
  return {
    device,
    kind: 'block',
    size,
    model: show(model),
    vendor: show(vendor),
    serial: show(serial),
    wwn: show(wwn),
    number,
    byId,
    ...presence,
    ...(ambiguous ? { ambiguous } : {}),
  }
}

/** Cleans a text that the maker of a drive, or the person who formatted it, has chosen. */
const show = (text: string | null) => (text === null ? null : plain(text, 200))

/**
 * Returns the partitions and the devices on them, or the file system on the whole drive. Empty for
 * an empty drive.
 */
function contentsOf(device: BlockDevice): DriveContent[] {
  return flatten(device)
    .filter((part) => part !== device || part.fileSystem !== null || part.mountpoints.length > 0)
    .map(({ device, size, label, fileSystem, mountpoints }) => ({
      device,
      size,
      label: show(label),
      fileSystem: show(fileSystem),
      mountpoints: mountpoints.map((place) => plain(place)),
    }))
}
