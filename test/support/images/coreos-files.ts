import { xz } from './compress.ts'
import { bootVariants, makeBootFileSystem } from './boot-image.ts'
import { makeDiskFrame, makeRawImage, type RawImageOptions } from './coreos-image.ts'
import { makeIso } from './iso-image.ts'
import { makeLiveIso } from './live-iso.ts'
import { keepForRun } from '../run/keep-for-run.ts'
import type { PublishedFile } from '../mirror/publish-stream.ts'
import { fillLikeDisk } from './random-bytes.ts'

export interface CoreosFilesOptions {
  release: string
  architecture: string
  /** Size of the raw images in bytes. */
  imageSize: number
  /** Whether the first boot of the images can be set up. Needs mke2fs and xorriso. */
  settable?: boolean
}

/**
 * Makes the files that a small Fedora CoreOS would publish for one architecture: metal in its four
 * formats, and a virtual machine's disk.
 */
export async function makeCoreosFiles({
  release,
  architecture,
  imageSize,
  settable = false,
}: CoreosFilesOptions): Promise<PublishedFile[]> {
  const raw = makeRawImage({ size: imageSize, seed: 512, architecture })
  const raw4k = makeRawImage({ size: imageSize, sectorSize: 4096, seed: 4096, architecture })
  if (settable) {
    await addBootFileSystem(raw, { size: imageSize, architecture })
    await addBootFileSystem(raw4k, { size: imageSize, sectorSize: 4096, architecture })
  }
  const iso = settable
    ? (await makeLiveIso()).image
    : makeIso({ size: Math.min(imageSize, 1024 * 1024 + 2048), version: release, architecture })
  const qcow2 = likeDisk(256 * 1024)
  // Magic number and version 3; the rest of the header is missing.
  qcow2.write('QFI\xfb\x00\x00\x00\x03', 0, 'latin1')
  const compress = (image: Buffer) => keepForRun('xz', image, () => xz(image))
  const [rawXz, raw4kXz, qcow2Xz] = await Promise.all([compress(raw), compress(raw4k), compress(qcow2)])
  const metal = { platform: 'metal', name: 'disk' }
  const pxe = (name: string, suffix: string) => ({
    platform: 'metal',
    format: 'pxe',
    name,
    suffix,
    content: likeDisk(128 * 1024 + suffix.length),
  })
  return [
    {
      ...metal,
      format: '4k.raw.xz',
      suffix: `metal4k.${architecture}.raw.xz`,
      content: raw4kXz,
      uncompressed: raw4k,
    },
    {
      ...metal,
      format: 'iso',
      suffix: `live-iso.${architecture}.iso`,
      content: iso,
    },
    pxe('kernel', `live-kernel.${architecture}`),
    pxe('initramfs', `live-initramfs.${architecture}.img`),
    pxe('rootfs', `live-rootfs.${architecture}.img`),
    {
      ...metal,
      format: 'raw.xz',
      suffix: `metal.${architecture}.raw.xz`,
      content: rawXz,
      uncompressed: raw,
    },
    {
      platform: 'qemu',
      format: 'qcow2.xz',
      name: 'disk',
      suffix: `qemu.${architecture}.qcow2.xz`,
      content: qcow2Xz,
      uncompressed: qcow2,
    },
  ]
}

/** Fills the partition `boot` with a real file system. */
async function addBootFileSystem(image: Buffer, frame: RawImageOptions): Promise<void> {
  const { boot } = makeDiskFrame(frame)
  const options = frame.sectorSize === 4096 ? bootVariants['metal4k']! : bootVariants['since 2023-11']!
  const fileSystem = await makeBootFileSystem({ options, size: boot.end - boot.start })
  fileSystem.copy(image, boot.start)
}

function likeDisk(size: number): Buffer {
  const bytes = Buffer.alloc(size)
  fillLikeDisk(bytes, size)
  return bytes
}
