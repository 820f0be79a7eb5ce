import { execFileSync } from 'node:child_process'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { grubModules } from '../machines/machine.ts'
import { makeTemporaryDirectory } from '../files/temporary.ts'
import { makeNoise } from './random-bytes.ts'

export const defaultKargs =
  'mitigations=auto,nosmt coreos.liveiso=fedora-coreos-44.20260707.3.1 ignition.firstboot ignition.platform.id=metal'

/** Layouts by the month in which Fedora CoreOS had each first. */
export const liveLayouts = [
  '2020-09',
  '2021-01',
  '2021-09',
  '2021-12',
  '2022-02',
  '2022-09',
  '2023-03',
  '2023-07',
  's390x',
] as const
export type LiveLayout = (typeof liveLayouts)[number]

/** Size of an area of kernel arguments: Fedora leaves 1023 bytes free. */
const kargsSize = defaultKargs.length + 1 + 1023
export const initrdSize = 262144

export interface LiveIso {
  image: Buffer
  /** Start of the area for the initrd, in bytes. */
  initrd: number
  /** Starts and size of the areas of kernel arguments, in bytes. */
  kargs: number[]
  kargsSize: number
}

export interface LiveIsoOptions {
  layout?: LiveLayout
  /** Changes the files before the ISO is made; paths as on the ISO. */
  change?: (files: Record<string, Buffer>) => void
}

/** Makes a live ISO with the real xorriso, with the places for settings of a layout. */
export async function makeLiveIso({ layout = '2023-07', change }: LiveIsoOptions = {}): Promise<LiveIso> {
  const isS390x = layout === 's390x'
  const since = (month: string) => isS390x || layout >= month
  const area = Buffer.alloc(kargsSize, isS390x ? 0 : '#')
  area.write(defaultKargs + (isS390x ? '\0' : '\n'))
  const json = (value: unknown) => Buffer.from(JSON.stringify(value))
  const grub = Buffer.concat([
    Buffer.from('set timeout=0\nmenuentry x {\n  linux /images/pxeboot/vmlinuz '),
    area,
    Buffer.from('\n  initrd /images/pxeboot/initrd.img /images/ignition.img\n}\n'),
  ])
  const isolinux = Buffer.concat([Buffer.from('label linux\n  append initrd=initrd.img '), area, Buffer.from('\n')])
  const bootImage = Buffer.concat([
    makeNoise(66_688, 5),
    area,
    makeNoise(5000, 6),
    Buffer.alloc(initrdSize),
    makeNoise(500, 7),
  ])
  const paths = isS390x ? ['images/cdboot.img'] : ['EFI/fedora/grub.cfg', 'isolinux/isolinux.cfg']
  const offsets = isS390x ? [66_688] : [grub.indexOf(area), isolinux.indexOf(area)]

  const files: Record<string, Buffer> = {
    'images/pxeboot/rootfs.img': makeNoise(700_000, 4),
    ...(isS390x
      ? { 'images/cdboot.img': bootImage }
      : {
          'images/ignition.img': Buffer.alloc(initrdSize),
          'EFI/fedora/grub.cfg': grub,
          'isolinux/isolinux.cfg': isolinux,
        }),
    ...(since('2021-09') && {
      'coreos/kargs.json': json({
        default: defaultKargs,
        files: paths.map((path, index) => ({
          path,
          offset: offsets[index],
          ...(since('2023-07') && (isS390x ? { pad: '\0', end: '\0' } : { pad: '#', end: '\n' })),
        })),
        size: kargsSize,
      }),
    }),
    ...(since('2021-12') && {
      'coreos/features.json': json({
        'installer-config': true,
        'live-initrd-network': true,
        ...(since('2022-09') && { 'installer-config-directives': { 'append-karg': true, console: true } }),
      }),
    }),
    ...(since('2023-03') && {
      'coreos/igninfo.json': json(
        isS390x
          ? { file: paths[0], offset: 66_688 + kargsSize + 5000, length: initrdSize }
          : { file: 'images/ignition.img' },
      ),
    }),
    ...(layout === '2021-01' && { 'kargs.def': area }),
  }
  change?.(files)
  const image = await makeIsoOf(files)

  const startOf = (path: string) => image.indexOf(files[path]!)
  const initrd = isS390x ? startOf(paths[0]!) + 66_688 + kargsSize + 5000 : placeOf(image, 'IGNITION.IMG')
  const kargs = paths.map((path, index) => startOf(path) + offsets[index]!)
  if (!since('2022-02')) {
    const numbers = [initrd, initrdSize]
    image.write('coreiso+', 32768 - 24, 'latin1')
    numbers.forEach((number, index) => image.writeBigUInt64LE(BigInt(number), 32768 - 16 + 8 * index))
  }
  if (layout === '2021-01') {
    image.write('coreKarg', 32768 - 96, 'latin1')
    const numbers = [kargsSize, startOf('kargs.def'), ...kargs]
    numbers.forEach((number, index) => image.writeBigUInt64LE(BigInt(number), 32768 - 88 + 8 * index))
  }
  return { image, initrd, kargs, kargsSize }
}

/** Boot image of an ISO. With it the ISO starts a PC. */
export const elTorito = 'images/eltorito.img'

/** Makes an ISO with the names of Fedora's: capitals, 8.3 characters. */
export async function makeIsoOf(files: Record<string, Buffer>): Promise<Buffer> {
  const directory = await makeTemporaryDirectory('kindling-iso-')
  try {
    for (const [path, bytes] of Object.entries(files)) {
      const file = directory.file(`tree/${path}`)
      mkdirSync(dirname(file), { recursive: true })
      writeFileSync(file, bytes)
    }
    const iso = directory.file('live.iso')
    const names = ['-iso-level', '1', '-R', '-J', '-V', 'fedora-coreos-44.20260707.3.1']
    // A hybrid ISO starts from a drive, too.
    const boot = Object.hasOwn(files, elTorito)
      ? ['--grub2-mbr', `${grubModules}/boot_hybrid.img`, '-b', elTorito, '-no-emul-boot', '--grub2-boot-info']
      : []
    execFileSync('xorriso', ['-as', 'mkisofs', '-quiet', ...names, ...boot, '-o', iso, directory.file('tree')], {
      stdio: 'pipe',
    })
    return readFileSync(iso)
  } finally {
    await directory.dispose()
  }
}

/** Finds a file by its record in a folder, because zeros cannot be searched for; 0 without one. */
function placeOf(image: Buffer, name: string): number {
  const record = image.indexOf(Buffer.from(name, 'latin1')) - 33
  if (record < 0) return 0
  return image.readUInt32LE(record + 2) * 2048
}
