import type { Drive } from '../../../src-shared/drive.ts'

/**
 * Makes a drive as the list shows it, with the fields that a test needs.
 * @param serial – serial number, and part of the attachment: drives with different attachments are
 * different drives
 */
export function makeDrive(device: string, changes: Partial<Drive> = {}, serial: string | null = device): Drive {
  return {
    identity: {
      device,
      kind: 'block',
      size: 32e9,
      model: 'Ultra',
      vendor: 'SanDisk',
      serial,
      wwn: null,
      byId: null,
      number: '8:16',
      attachment: `attachment of ${serial}`,
      medium: '1',
    },
    name: 'SanDisk Ultra',
    sectorSize: 512,
    bus: 'usb',
    removable: true,
    readOnly: false,
    contents: [],
    refusals: [],
    precious: false,
    ...changes,
  }
}
