import type { BootDevice, Config, Disk, Filesystem, Storage } from './shapes.ts'
import type { Say } from './problem.ts'

/**
 * Partitions of the image that a mirror has on each disk, in the order of coreos-assembler
 * (`src/create_disk.sh`). Butane never changes these numbers.
 */
const partitions = {
  bios: { sizeMiB: 1, typeGuid: '21686148-6449-6E6F-744E-656564454649' },
  prep: { sizeMiB: 4, typeGuid: '9E1A2D38-C612-4316-AA26-8B49521E5A8B' },
  esp: { sizeMiB: 127, typeGuid: 'C12A7328-F81F-11D2-BA4B-00A0C93EC93B' },
  reserved: { sizeMiB: 1, typeGuid: '8DA63339-0007-60C0-C436-083AC8230908' },
} as const

const layouts: Record<string, (keyof typeof partitions)[]> = {
  x86_64: ['bios', 'esp'],
  aarch64: ['reserved', 'esp'],
  ppc64le: ['prep', 'reserved'],
  's390x-eckd': [],
  's390x-zfcp': [],
  's390x-virt': [],
}

/** Partition of the root file system on a device of s390x, and the form of the device's name. */
const rootPartitions: Record<string, { number: number; device: RegExp; wanted: string }> = {
  's390x-eckd': { number: 2, device: /^\/dev\/dasd[a-z]$/, wanted: '/dev/dasdX' },
  's390x-zfcp': { number: 4, device: /^\/dev\/sd[a-z]$/, wanted: '/dev/sdX' },
}

/** Checks `boot_device`. The layouts of s390x came with Butane 1.6.0. */
export function validateBootDevice(bootDevice: BootDevice, butane: number, say: Say): void {
  const { layout, luks, mirror } = bootDevice
  const known = Object.keys(layouts).filter((name) => butane >= 6 || !name.startsWith('s390x'))
  if (layout !== undefined && !known.includes(layout))
    say('layout-not-known', bootDevice, 'layout', { layouts: known.join(', ') })
  const root = layout === undefined ? undefined : rootPartitions[layout]
  if (root !== undefined) {
    if (!luks?.device) say('luks-device-missing', bootDevice, 'layout', { layout: layout! })
    else if (!root.device.test(luks.device))
      say('luks-device-name', luks, 'device', { layout: layout!, wanted: root.wanted })
  }
  const count = mirror?.devices?.length ?? 0
  if (layout?.startsWith('s390x') && count > 0) say('mirror-not-supported', mirror!, 'devices', { layout })
  if (count === 1) say('mirror-too-few', mirror!, 'devices')
  if (count > 0 && layout === undefined) say('layout-missing', bootDevice, 'mirror')
}

/**
 * Returns the disks, arrays, volumes and file systems that `boot_device` stands for; null if it
 * asks for nothing.
 */
export function expandBootDevice({ layout = 'x86_64', luks, mirror }: BootDevice): Config | null {
  const devices = mirror?.devices ?? []
  const usesCex = luks?.cex?.enabled ?? false
  const wantsLuks = luks?.tpm2 === true || (luks?.tang ?? []).length > 0 || usesCex
  if (!wantsLuks && devices.length === 0) return null
  const storage: Storage = devices.length > 0 ? mirrorDisks(devices, layouts[layout]!) : {}
  const rootPartition = rootPartitions[layout]
  if (wantsLuks) {
    const { tpm2, tang, threshold, discard, device, cex } = luks!
    storage.luks = [
      {
        name: 'root',
        label: 'luks-root',
        device: rootPartition
          ? `${device}${rootPartition.number}`
          : devices.length > 0
            ? '/dev/md/md-root'
            : '/dev/disk/by-partlabel/root',
        wipeVolume: true,
        ...(discard === undefined ? {} : { discard }),
        ...(usesCex ? { cex: cex! } : { clevis: withoutAbsent({ tpm2, tang, threshold }) }),
      },
    ]
  }
  const device = wantsLuks ? '/dev/mapper/root' : '/dev/md/md-root'
  const root: Filesystem = { device, format: 'xfs', label: 'root', wipeFilesystem: true }
  storage.filesystems = [...(storage.filesystems ?? []), root]
  return { storage }
}

function mirrorDisks(devices: string[], first: (keyof typeof partitions)[]): Storage {
  const numbers = devices.map((_, index) => index + 1)
  const disks: Disk[] = devices.map((device, index) => ({
    device,
    wipeTable: true,
    partitions: [
      ...first.map((kind) => ({ label: `${kind}-${index + 1}`, ...partitions[kind] })),
      { label: `boot-${index + 1}`, sizeMiB: 384 },
      { label: `root-${index + 1}` },
    ],
  }))
  const array = (kind: string) => numbers.map((number) => `/dev/disk/by-partlabel/${kind}-${number}`)
  const systems = first.includes('esp')
    ? numbers.map((number) => ({
        device: `/dev/disk/by-partlabel/esp-${number}`,
        format: 'vfat',
        label: `esp-${number}`,
        wipeFilesystem: true,
      }))
    : []
  return {
    disks,
    raid: [
      // The metadata at the end lets GRUB read the partition without knowing RAID.
      { name: 'md-boot', level: 'raid1', devices: array('boot'), options: ['--metadata=1.0'] },
      { name: 'md-root', level: 'raid1', devices: array('root') },
    ],
    filesystems: [...systems, { device: '/dev/md/md-boot', format: 'ext4', label: 'boot', wipeFilesystem: true }],
  }
}

/** Returns an object without the fields that are undefined. */
export const withoutAbsent = <T extends object>(fields: T): Partial<T> =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as Partial<T>
