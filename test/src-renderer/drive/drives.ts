import type { Drive } from '../../../src-shared/drive.ts'

/** A drive as the list shows it, with what a test needs of it. */
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
      attachment: null,
      medium: null,
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
