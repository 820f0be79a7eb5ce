import { execFileSync } from 'node:child_process'
import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { makeTemporaryDirectory } from '../files/temporary.ts'
import { makeDiskFrame } from './coreos-image.ts'
import { makeNoise } from './random-bytes.ts'
import { mib } from '../files/mib.ts'

/** A boot loader entry of the form that ostree writes. */
export const bootEntry = `title Fedora CoreOS 44.20260707.3.1 (ostree:0)
version 1
options $ignition_firstboot mitigations=auto,nosmt ostree=/ostree/boot.1/fedora-coreos/1/0 ignition.platform.id=metal rw
linux /ostree/fedora-coreos-1/vmlinuz
initrd /ostree/fedora-coreos-1/initramfs.img
`

/** Variants of the boot file system by the options of mke2fs. Fedora CoreOS published each. */
export const bootVariants: Record<string, string[]> = {
  'to 2021-07': ['-b', '1024', '-I', '128', '-O', '^metadata_csum_seed,^orphan_file'],
  'to 2022-05': ['-b', '1024', '-I', '128', '-O', 'metadata_csum_seed,^orphan_file'],
  'to 2023-11': ['-b', '1024', '-I', '256', '-O', 'metadata_csum_seed,^orphan_file'],
  'since 2023-11': ['-b', '1024', '-I', '256', '-O', 'metadata_csum_seed,orphan_file'],
  metal4k: ['-b', '4096', '-I', '256', '-O', 'metadata_csum_seed,orphan_file'],
}

export interface BootFiles {
  /** Options of mke2fs. */
  options?: string[]
  /** Size in bytes. */
  size?: number
  /** Further files by their paths; null for one to leave out. */
  files?: Record<string, string | Buffer | null>
}

/** Makes the boot file system of a metal image with the real mke2fs. */
export async function makeBootFileSystem({
  options = bootVariants['since 2023-11']!,
  size = 16 * mib,
  files = {},
}: BootFiles = {}): Promise<Buffer> {
  const directory = await makeTemporaryDirectory('kindling-boot-')
  try {
    const tree = {
      'ignition.firstboot': '',
      'loader.1/entries/ostree-1.conf': bootEntry,
      'ostree/fedora-coreos-1/vmlinuz': makeNoise(300_000, 3),
      'grub2/grub.cfg': 'set timeout=1\n',
      ...files,
    }
    for (const [path, content] of Object.entries(tree)) {
      if (content === null) continue
      mkdirSync(directory.file(`tree/${path}/..`), { recursive: true })
      writeFileSync(directory.file(`tree/${path}`), content)
    }
    symlinkSync('loader.1', directory.file('tree/loader'))
    symlinkSync('.', directory.file('tree/boot'))
    const [file, uuid] = [directory.file('boot.img'), '96d15588-3596-4b3c-adca-a2ff7279ea63']
    const args = ['-q', '-F', '-t', 'ext4', '-L', 'boot', '-U', uuid, ...options, '-d', directory.file('tree')]
    execFileSync('mke2fs', [...args, file, `${size / 1024}k`], { stdio: 'pipe' })
    return readFileSync(file)
  } finally {
    await directory.dispose()
  }
}

export interface BootImage {
  image: Buffer
  /** The partition `boot`, in bytes. */
  boot: { start: number; end: number }
}

/** Makes a metal image with a real boot file system. */
export async function makeBootImage({
  sectorSize = 512,
  // A file system of less than 2048 blocks has no journal.
  size = sectorSize === 4096 ? 72 * mib : 20 * mib,
  architecture = 'x86_64',
  ...files
}: BootFiles & { sectorSize?: 512 | 4096; architecture?: string } = {}): Promise<BootImage> {
  const { head, start, end, boot, tail } = makeDiskFrame({ size, sectorSize, architecture })
  const image = Buffer.alloc(size)
  head.copy(image)
  makeNoise(mib, 9).copy(image, start, 0, Math.min(mib, boot.start - start))
  const options = sectorSize === 4096 ? bootVariants['metal4k']! : undefined
  const fileSystem = await makeBootFileSystem({ ...(options && { options }), ...files, size: boot.end - boot.start })
  fileSystem.copy(image, boot.start)
  makeNoise(mib, 8).copy(image, end - mib)
  tail.copy(image, size - tail.length)
  return { image, boot }
}
