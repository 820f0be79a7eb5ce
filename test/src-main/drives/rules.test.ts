import { parse as parseAsDrivelist } from 'drivelist/js/lsblk/json.js'
import fc from 'fast-check'
import { readFile } from 'node:fs/promises'
import { describe, expect, test } from 'vitest'
import { findWhole } from '../../../src-main/drives/linux/create-linux.ts'
import { parseBlockTree, type BlockDevice } from '../../../src-main/drives/linux/block-tree.ts'
import { toDrive } from '../../../src-main/drives/linux/to-drive.ts'
import { mountpointsOf } from '../../../src-main/drives/mountpoints-of.ts'
import type { Drive } from '../../../src-shared/drive.ts'
import { toFailure } from '../../../src-shared/failure.ts'

// Uses lsblk output in the form of a recording (test/fixtures/lsblk/README.md) instead of this
// machine's drives. drivelist's own parser reads it, too.
const machines = ['usb-stick', 'luks-lvm', 'raid', 'btrfs', 'nvme', 'sd-card'] as const

async function readMachine(name: (typeof machines)[number]) {
  const text = await readFile(new URL(`../../fixtures/lsblk/${name}.json`, import.meta.url), 'utf8')
  const tree = parseBlockTree(text)
  const drives = tree.map((device) => toDrive(device, { byId: null, presence, system: null, users: [] }))
  const drive = (device: string) => drives.find(({ identity }) => identity.device === device)!
  return { text, tree, drives, drive }
}

/** Fields that only the kernel provides are missing from a recording. */
const presence = { attachment: null, medium: null }
const codes = ({ refusals }: Drive) => refusals.map(({ code }) => code)
const titles = ({ refusals }: Drive) => refusals.map(({ title }) => title)

describe('drives of recorded lsblk output', () => {
  test('a USB stick that a desktop mounted may be written, and says what is on it', async () => {
    const stick = (await readMachine('usb-stick')).drive('/dev/sdb')
    expect(stick).toMatchObject({
      identity: {
        device: '/dev/sdb',
        kind: 'block',
        size: 15376318464,
        serial: '4C530001230704117342',
        number: '8:16',
      },
      name: 'SanDisk Ultra',
      bus: 'usb',
      sectorSize: 512,
      removable: true,
      precious: false,
      refusals: [],
      contents: [{ device: '/dev/sdb1', label: 'HOLIDAYS', fileSystem: 'vfat' }],
    })
    expect(mountpointsOf(stick)).toEqual(['/run/media/ada/HOLIDAYS'])
  })

  test.each(machines)('what is removable is what drivelist calls so (%s)', async (name) => {
    const { text, drive } = await readMachine(name)
    const listed = parseAsDrivelist(text).filter(({ device, size }) => size && !device.startsWith('/dev/zram'))
    expect(listed.length).toBeGreaterThan(0)
    for (const { device, isRemovable } of listed) expect(drive(device).removable).toBe(isRemovable)
  })

  test('a disk in a USB housing is removable: the disk itself is not, the housing is', async () => {
    const [disk] = parseBlockTree(
      '{"blockdevices":[{"name":"/dev/sdb","maj:min":"8:16","type":"disk","size":64000000000,"ro":false,"rm":false,"hotplug":true}]}',
    )
    expect(toDrive(disk!, { byId: null, presence, system: null, users: [] })).toMatchObject({
      removable: true,
      precious: false,
    })
  })

  test('a SATA disk with a plain root is the system and precious, and is not called ATA', async () => {
    const disk = (await readMachine('usb-stick')).drive('/dev/sda')
    expect(disk).toMatchObject({ name: 'Samsung SSD 860 EVO 250GB', removable: false, precious: true })
    expect(codes(disk)).toEqual(['drive-system'])
  })

  test('a root, a home and a swap three levels up, on LVM on LUKS, make a system drive', async () => {
    const disk = (await readMachine('luks-lvm')).drive('/dev/sda')
    expect(titles(disk)).toEqual(['/dev/sda is a system drive (/)'])
    expect(disk.contents.map(({ device }) => device)).toContain('/dev/mapper/fedora-root')
    expect(mountpointsOf(disk)).toEqual(['/', '/home'])
  })

  test('a stick with an unlocked LUKS volume is busy by its name, although nothing is mounted', async () => {
    const stick = (await readMachine('luks-lvm')).drive('/dev/sdb')
    expect(stick.name).toBe('Kingston DataTraveler 3.0')
    expect(titles(stick)).toEqual(['/dev/sdb is in use by LUKS volume /dev/mapper/luks-backup'])
  })

  test('every member of a RAID that carries the root is a system drive', async () => {
    const { drive } = await readMachine('raid')
    for (const device of ['/dev/sda', '/dev/sdb']) expect(codes(drive(device))).toEqual(['drive-system'])
    expect(titles(drive('/dev/sdc'))).toEqual(['/dev/sdc is in use by logical volume /dev/mapper/vault-data'])
  })

  test('a btrfs on two disks shows its mounts on the first alone: the second is known from the system’s side', async () => {
    const { tree, drive } = await readMachine('btrfs')
    expect(codes(drive('/dev/sda'))).toEqual(['drive-system'])
    expect(codes(drive('/dev/sdb'))).toEqual([])
    const known = toDrive(tree[1]!, { byId: null, presence, system: '/', users: [] })
    expect(titles(known)).toEqual(['/dev/sdb is a system drive (/)'])
  })

  test('NVMe: the root’s disk with its sectors of 4096 is refused, an empty one may be written but is precious', async () => {
    const { drive } = await readMachine('nvme')
    expect(drive('/dev/nvme0n1')).toMatchObject({ sectorSize: 4096, refusals: [{ code: 'drive-system' }] })
    expect(drive('/dev/nvme1n1')).toMatchObject({
      refusals: [],
      precious: true,
      contents: [],
      identity: { wwn: 'eui.002538b411500001' },
    })
  })

  test('a zram that the system swaps to carries the system', async () => {
    expect(titles((await readMachine('nvme')).drive('/dev/zram0'))).toEqual(['/dev/zram0 is a system drive (swap)'])
  })

  test('a write-protected SD card is refused as such, and is called by its device when it has no model', async () => {
    const { drive } = await readMachine('sd-card')
    expect(drive('/dev/mmcblk1')).toMatchObject({ name: '/dev/mmcblk1', readOnly: true, removable: true })
    expect(codes(drive('/dev/mmcblk1'))).toEqual(['drive-read-only'])
    expect(codes(drive('/dev/mmcblk0'))).toEqual(['drive-system'])
  })

  test('partitions, volumes, DVDs and empty card readers are told apart from drives', async () => {
    const refused = async (machine: (typeof machines)[number], number: string) => {
      const { tree } = await readMachine(machine)
      try {
        return findWhole('it', number, tree).device
      } catch (error) {
        return toFailure(error).title
      }
    }
    expect(await refused('usb-stick', '8:17')).toBe('it is a partition of /dev/sdb')
    expect(await refused('luks-lvm', '253:1')).toMatch(
      /^it is a logical volume on \/dev\/mapper\/luks-.*, not a drive$/,
    )
    expect(await refused('raid', '9:127')).toBe('it is a RAID array on /dev/sda2, not a drive')
    expect(await refused('sd-card', '11:0')).toBe('it is a CD or DVD, not a drive')
    expect(await refused('sd-card', '8:0')).toBe('it is a device without a medium, not a drive')
    expect(await refused('usb-stick', '8:16')).toBe('/dev/sdb')
  })

  test('what older versions of lsblk print is understood: text for numbers, one mount point', () => {
    const old =
      '{"blockdevices":[{"name":"/dev/sda","maj:min":"  8:0 ","type":"disk","size":"1024","log-sec":"512","ro":"0","rm":"1","hotplug":"1","mountpoint":"/media/x","model":"Ultra   "}]}'
    expect(parseBlockTree(old)).toMatchObject([
      { number: '8:0', size: 1024, readOnly: false, removable: true, mountpoints: ['/media/x'], model: 'Ultra' },
    ])
  })
})

describe('drives of any shape', () => {
  const place = fc.constantFrom('/', '/home', '/boot/efi', '/var', '[SWAP]', '/media/stick', '/mnt', '/home/ada/mnt')
  const type = fc.constantFrom('part', 'crypt', 'lvm', 'raid1', 'dm')
  let counter = 0
  const makeDevice = (children: BlockDevice[], mountpoints: string[], type: string): BlockDevice => ({
    device: `/dev/x${counter}`,
    number: `8:${counter++}`,
    type,
    size: 2 ** 33,
    sectorSize: 512,
    readOnly: false,
    removable: true,
    ...{ vendor: null, model: null, serial: null, wwn: null, bus: null, label: null, fileSystem: null },
    mountpoints,
    children,
  })
  const stack = fc.memo((depth): fc.Arbitrary<BlockDevice> =>
    fc
      .tuple(
        depth > 1 ? fc.array(stack(), { maxLength: 3 }) : fc.constant<BlockDevice[]>([]),
        fc.array(place, { maxLength: 2 }),
        type,
      )
      .map(([children, mountpoints, type]) => makeDevice(children, mountpoints, type)),
  )

  test('a drive that carries / at any depth is never one that may be written', () => {
    const carries = (device: BlockDevice): boolean =>
      device.mountpoints.includes('/') || device.children.some((child) => carries(child))
    fc.assert(
      fc.property(fc.array(stack(4), { maxLength: 4 }), (children) => {
        const device = makeDevice(children, [], 'disk')
        const drive = toDrive(device, { byId: null, presence, system: null, users: [] })
        if (carries(device)) expect(codes(drive)).toContain('drive-system')
      }),
    )
  })

  test('a drive with only partitions, mounted where people mount sticks, may be written', () => {
    const partition = fc.array(fc.constantFrom('/media/stick', '/mnt', '/run/media/ada/X', '/home/ada/mnt'))
    fc.assert(
      fc.property(fc.array(partition, { maxLength: 5 }), (partitions) => {
        const children = partitions.map((mountpoints) => makeDevice([], mountpoints, 'part'))
        const drive = toDrive(makeDevice(children, [], 'disk'), {
          byId: null,
          presence,
          system: null,
          users: [],
        })
        expect(drive.refusals).toEqual([])
      }),
    )
  })
})
