import type { DriveIdentity } from '../../src-shared/drive.ts'

/** Returns a name for users: vendor and model, or the device if both are unknown. */
export function nameDrive({ vendor, model, device }: Pick<DriveIdentity, 'vendor' | 'model' | 'device'>): string {
  // "ATA" is the name of a translation layer. virtio has a PCI number in place of a vendor.
  const maker = vendor === null || /^(ATA|0x[0-9a-f]+)$/i.test(vendor.trim()) ? '' : clean(vendor)
  const make = clean(model ?? '')
  const name = make.toLowerCase().startsWith(maker.toLowerCase()) ? make : `${maker} ${make}`.trim()
  return name === '' ? device : name
}

// udev writes underscores for spaces; SCSI pads with spaces.
const clean = (text: string) => text.replaceAll(/[_\s]+/g, ' ').trim()
