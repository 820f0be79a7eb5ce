import { mkdir, readFile, symlink, writeFile } from 'node:fs/promises'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { createDrives } from '../../../../src-main/create-drives.ts'
import { powerOff } from '../../../../src-main/drives/linux/power-off.ts'
import { makeLoop, makeZram } from '../../../support/drives/devices.ts'
import { describeWith } from '../../../support/run/needs.ts'
import { makeTemporaryDirectory, type TemporaryDirectory } from '../../../support/files/temporary.ts'

// There is no USB here. A directory in the form of sysfs stands in for a kernel with a stick and a
// card reader.
describe('powering a USB drive off (recorded sysfs)', () => {
  let sysfs: TemporaryDirectory
  beforeEach(async () => {
    sysfs = await makeTemporaryDirectory()
    await mkdir(sysfs.file('block'))
    await mkdir(sysfs.file('dev/block'), { recursive: true })
  })
  afterEach(() => sysfs.dispose())

  const port = 'devices/pci0000:00/0000:00:14.0/usb2/2-3'

  async function addUsbDevice(path: string): Promise<void> {
    await mkdir(sysfs.file(path), { recursive: true })
    await writeFile(sysfs.file(`${path}/idVendor`), '0781\n')
    await writeFile(sysfs.file(`${path}/remove`), '')
  }

  async function addDrive(name: string, number: string, parent: string, size: number): Promise<void> {
    const directory = sysfs.file(`${parent}/block/${name}`)
    await mkdir(directory, { recursive: true })
    await writeFile(`${directory}/size`, `${size}\n`)
    await symlink(directory, sysfs.file(`block/${name}`))
    await symlink(directory, sysfs.file(`dev/block/${number}`))
  }

  const removed = async (path: string) => (await readFile(sysfs.file(`${path}/remove`), 'utf8')) === '1'

  test('a stick is taken from its port, its hub is not', async () => {
    await addUsbDevice('devices/pci0000:00/0000:00:14.0/usb2')
    await addUsbDevice(port)
    await addDrive('sdb', '8:16', `${port}/2-3:1.0/host6/target6:0:0/6:0:0:0`, 62_500_000)
    expect(await powerOff('/dev/sdb', '8:16', sysfs.path)).toBeNull()
    expect(await removed(port)).toBe(true)
    expect(await removed('devices/pci0000:00/0000:00:14.0/usb2')).toBe(false)
  })

  test('a card reader stays on while another card is in it, and goes off when its other slot is empty', async () => {
    await addUsbDevice(port)
    await addDrive('sdb', '8:16', `${port}/2-3:1.0/host6/target6:0:0/6:0:0:0`, 62_500_000)
    await addDrive('sdc', '8:32', `${port}/2-3:1.0/host6/target6:0:0/6:0:0:1`, 31_000_000)
    expect(await powerOff('/dev/sdb', '8:16', sysfs.path)).toEqual(
      '/dev/sdb was not powered off: /dev/sdc would go off, too.',
    )
    expect(await removed(port)).toBe(false)
    await writeFile(sysfs.file(`${port}/2-3:1.0/host6/target6:0:0/6:0:0:1/block/sdc/size`), '0\n')
    expect(await powerOff('/dev/sdb', '8:16', sysfs.path)).toBeNull()
  })

  test('the reason is told when the kernel refuses', async () => {
    await addUsbDevice(port)
    await addDrive('sdb', '8:16', `${port}/2-3:1.0/host6/target6:0:0/6:0:0:0`, 62_500_000)
    const other = 'devices/pci0000:00/0000:00:15.0/usb3/3-1'
    await mkdir(sysfs.file(`${other}/remove`), { recursive: true })
    await writeFile(sysfs.file(`${other}/idVendor`), '0781\n')
    await addDrive('sdd', '8:48', `${other}/3-1:1.0`, 1)
    expect(String(await powerOff('/dev/sdd', '8:48', sysfs.path))).toMatch(
      /^\/dev\/sdd could not be powered off: EISDIR/,
    )
  })

  test('a disk that is not on USB, or gone already, is left as it is', async () => {
    await addDrive('nvme0n1', '259:0', 'devices/pci0000:00/0000:00:1d.0/nvme/nvme0', 1_000_000)
    expect(String(await powerOff('/dev/nvme0n1', '259:0', sysfs.path))).toContain('is not on USB')
    expect(String(await powerOff('/dev/sdz', '65:144', sysfs.path))).toContain('is not on USB')
  })
})

describeWith(['zram', 'loop'], 'ejecting what cannot be powered off', () => {
  test.each([
    ['loop device', () => makeLoop({ size: 2 ** 22 })],
    ['zram drive', () => makeZram(2 ** 22)],
  ])('a %s says so, and is free afterwards', async (_, make) => {
    const made = await make()
    const drives = createDrives()
    const drive = await drives.inspect(made.device)
    const target = await drives.open(drive, 'write')
    expect(await target.eject()).toEqual(`${made.device} is not on USB, and cannot be powered off.`)
    await target.close()
    await (await drives.open(drive, 'write')).close()
    await made.dispose()
  })
})
