import { open } from 'node:fs/promises'
import { gz, xz, zst } from '../../support/images/compress.ts'
import type { CliWorld } from '../../support/worlds/cli-world.ts'
import { makeNoise } from '../../support/images/random-bytes.ts'
import { cutOff, flipBit, withTail, type BadInput } from './bad-input.ts'
import { mib } from '../../support/files/mib.ts'

/** Saves an image with a valid signature: the publisher signed the broken file. */
const file = async (world: CliWorld, name: string, bytes: Buffer) => ['--image-file', await world.save(name, bytes)]
const url = async (world: CliWorld, name: string, bytes: Buffer) => ['-u', await world.serve(name, bytes)]

/**
 * Serves the image from a server that supports no ranges and sends no length. The end of the file
 * is therefore unknown until it arrives.
 */
async function plainUrl(world: CliWorld, name: string, bytes: Buffer) {
  const address = await world.serve(name, bytes)
  world.mirror.fault(address, { kind: 'no-range' }, { kind: 'no-length' })
  return ['-u', address]
}

/** Returns the first bytes of a file. */
async function readStart(path: string, length: number): Promise<Buffer> {
  const handle = await open(path)
  try {
    return (await handle.read(Buffer.alloc(length), 0, length, 0)).buffer
  } finally {
    await handle.close()
  }
}

const text = Buffer.from('This is no image at all, only a text of some lines.\n'.repeat(200))
const qcow2 = (world: CliWorld) => world.find('qcow2.xz').uncompressed!

export const badImages: BadInput[] = [
  {
    what: 'a truncated .xz file',
    make: (world) => file(world, 'cut.raw.xz', cutOff(world.rawXz)),
    asProcess: true,
    ...{ code: 'image-truncated', exit: 4, state: 'untouched' },
  },
  {
    what: 'a truncated .xz from a server',
    make: (world) => url(world, 'cut.raw.xz', cutOff(world.rawXz)),
    ...{ code: 'image-truncated', exit: 4, state: 'untouched' },
  },
  {
    what: 'a truncated .xz from a server without ranges',
    make: (world) => plainUrl(world, 'cut.raw.xz', cutOff(world.rawXz)),
    ...{ code: 'image-truncated', exit: 4, state: 'cleared' },
  },
  {
    what: 'a truncated .gz file',
    make: async (world) => file(world, 'cut.raw.gz', cutOff(await gz(world.raw))),
    ...{ code: 'image-truncated', exit: 4, state: 'untouched' },
  },
  {
    what: 'a truncated .zst file',
    make: async (world) => file(world, 'cut.raw.zst', cutOff(await zst(world.raw))),
    ...{ code: 'image-truncated', exit: 4, state: 'untouched' },
  },
  {
    what: 'a bit-flipped .xz file',
    make: (world) => file(world, 'flipped.raw.xz', flipBit(world.rawXz)),
    ...{ code: 'image-corrupt', exit: 4, state: 'cleared' },
  },
  {
    what: 'a bit-flipped .xz from a server',
    make: (world) => url(world, 'flipped.raw.xz', flipBit(world.rawXz)),
    asProcess: true,
    ...{ code: 'image-corrupt', exit: 4, state: 'cleared' },
  },
  {
    what: 'a .xz whose header is damaged',
    make: (world) => file(world, 'flipped.raw.xz', flipBit(world.rawXz, 7)),
    ...{ code: 'image-corrupt', exit: 4, state: 'untouched' },
  },
  {
    what: 'a bit-flipped .gz file',
    make: async (world) => file(world, 'flipped.raw.gz', flipBit(await gz(world.raw))),
    ...{ code: 'image-corrupt', exit: 4, state: 'untouched' },
  },
  {
    what: 'a bit-flipped .zst from a server',
    make: async (world) => url(world, 'flipped.raw.zst', flipBit(await zst(world.raw))),
    ...{ code: 'image-corrupt', exit: 4, state: 'cleared' },
  },
  {
    what: 'trailing garbage behind a .xz file',
    make: (world) => file(world, 'tail.raw.xz', withTail(world.rawXz)),
    ...{ code: 'image-trailing', exit: 4, state: 'untouched' },
  },
  {
    what: 'trailing garbage behind a .xz from a server',
    make: (world) => url(world, 'tail.raw.xz', withTail(world.rawXz)),
    ...{ code: 'image-trailing', exit: 4, state: 'untouched' },
  },
  {
    what: 'trailing garbage behind a .xz from a server without ranges',
    make: (world) => plainUrl(world, 'tail.raw.xz', withTail(world.rawXz)),
    ...{ code: 'image-trailing', exit: 4, state: 'cleared' },
  },
  {
    what: 'trailing garbage behind a .gz file',
    make: async (world) => file(world, 'tail.raw.gz', withTail(await gz(world.raw))),
    ...{ code: 'image-trailing', exit: 4, state: 'untouched' },
  },
  {
    what: 'metadata for updates behind a .gz file',
    make: async (world) => {
      // The format in which OpenWrt's fwtool appends metadata: JSON, then a trailer of 16 bytes.
      const trailer = Buffer.concat([Buffer.from('FWx0'), Buffer.alloc(12)])
      const metadata = Buffer.from('{"metadata_version":"1.1"}')
      return file(world, 'router.img.gz', Buffer.concat([await gz(world.raw), metadata, trailer]))
    },
    ...{ code: 'image-metadata-appended', exit: 3, state: 'untouched' },
  },
  {
    what: 'the empty address of an image',
    make: async () => ['--image-url', ''],
    ...{ code: 'usage', exit: 2, state: 'untouched', details: { reason: '--image-url is empty: it needs a value' } },
  },
  {
    what: 'trailing garbage behind a .gz from a server',
    make: async (world) => url(world, 'tail.raw.gz', withTail(await gz(world.raw))),
    ...{ code: 'image-trailing', exit: 4, state: 'cleared' },
  },
  {
    what: 'trailing garbage behind a .zst file',
    make: async (world) => file(world, 'tail.raw.zst', withTail(await zst(world.raw))),
    ...{ code: 'image-trailing', exit: 4, state: 'untouched' },
  },
  {
    what: 'an empty file',
    make: (world) => file(world, 'empty.raw', Buffer.alloc(0)),
    ...{ code: 'image-empty', exit: 3, state: 'untouched' },
  },
  {
    what: 'an empty file from a server',
    make: (world) => url(world, 'empty.raw', Buffer.alloc(0)),
    ...{ code: 'image-empty', exit: 3, state: 'untouched' },
  },
  {
    what: 'an empty file from a server without ranges',
    make: (world) => plainUrl(world, 'empty.raw', Buffer.alloc(0)),
    ...{ code: 'image-empty', exit: 3, state: 'untouched' },
  },
  {
    what: 'nothing, compressed',
    make: async (world) => file(world, 'nothing.raw.xz', await xz(Buffer.alloc(0))),
    ...{ code: 'image-empty', exit: 3, state: 'untouched' },
  },
  {
    what: 'a text file called .xz',
    make: (world) => file(world, 'text.raw.xz', text),
    ...{ code: 'image-not-compressed', exit: 4, state: 'untouched' },
  },
  {
    what: 'a text file called .xz from a server',
    make: (world) => url(world, 'text.raw.xz', text),
    ...{ code: 'image-not-compressed', exit: 4, state: 'untouched' },
  },
  {
    what: 'a text file called .xz from a server without ranges',
    make: (world) => plainUrl(world, 'text.raw.xz', text),
    ...{ code: 'image-not-compressed', exit: 4, state: 'untouched' },
  },
  {
    what: 'a .xz whose block check cannot be decoded',
    make: async (world) => file(world, 'check.raw.xz', await xz(world.raw, { check: 'sha256' })),
    ...{ code: 'image-unsupported', exit: 3, state: 'untouched' },
  },
  {
    what: 'a .xz whose filter cannot be decoded',
    make: async (world) => url(world, 'filter.raw.xz', await xz(world.raw, { args: ['--x86', '--lzma2'] })),
    ...{ code: 'image-unsupported', exit: 3, state: 'untouched' },
  },
  {
    what: 'the stream’s qcow2.xz',
    make: async () => ['-p', 'qemu', '-f', 'qcow2.xz'],
    ...{ code: 'image-container', exit: 3, state: 'untouched' },
  },
  {
    what: 'the stream’s pxe, which is three files',
    make: async () => ['-f', 'pxe'],
    ...{ code: 'image-container', exit: 3, state: 'untouched' },
  },
  {
    what: 'a qcow2 under another name, compressed',
    make: async (world) => file(world, 'disk.img', await xz(qcow2(world))),
    ...{ code: 'image-container', exit: 3, state: 'untouched' },
  },
  {
    what: 'a .vhdx.zip',
    make: (world) => url(world, 'fedora-coreos.vhdx.zip', world.raw),
    ...{ code: 'image-packed', exit: 3, state: 'untouched' },
  },
  ...['vmdk', 'ova', 'vhd', 'vhd.xz'].map((extension): BadInput => ({
    what: `a .${extension}`,
    make: (world) => url(world, `fedora-coreos.${extension}`, world.raw),
    ...{ code: 'image-container', exit: 3, state: 'untouched' },
  })),
  ...['ociarchive', 'bfb'].map((extension): BadInput => ({
    what: `a .${extension}`,
    make: (world) => url(world, `fedora-coreos.${extension}`, world.raw),
    ...{ code: 'image-for-other', exit: 3, state: 'untouched' },
  })),
  {
    what: 'a tar archive under another name, from a server',
    make: (world) => url(world, 'disk', Buffer.concat([Buffer.alloc(257), Buffer.from('ustar'), Buffer.alloc(9000)])),
    ...{ code: 'image-container', exit: 3, state: 'untouched' },
  },
  {
    what: 'a .lzma file',
    make: async (world) => file(world, 'disk.raw.lzma', await xz(world.raw, { args: ['--format=lzma'] })),
    ...{ code: 'image-packed', exit: 3, state: 'untouched' },
  },
  {
    what: 'an image that is packed twice, from a server',
    make: async (world) => url(world, 'disk.raw.zst.xz', await xz(await zst(world.raw))),
    ...{ code: 'image-packed', exit: 3, state: 'untouched' },
  },
  {
    what: 'a program in place of an image, compressed',
    make: async (world) => file(world, 'disk.img', await gz(await readStart(process.execPath, 2 * mib))),
    ...{ code: 'image-not-disk', exit: 3, state: 'untouched' },
  },
  {
    what: 'bytes without a partition table or a file system, proved by a signature',
    make: async (world) => file(world, 'noise.raw', makeNoise(2 * mib, 9)),
    ...{ code: 'image-unrecognized', exit: 3, state: 'untouched' },
  },
  {
    what: 'bytes without a partition table or a file system, compressed, from a server',
    make: async (world) => url(world, 'noise.raw.xz', await xz(makeNoise(2 * mib, 9))),
    ...{ code: 'image-unrecognized', exit: 3, state: 'untouched' },
  },
  {
    what: 'an image file that is not there',
    make: async (world) => ['--image-file', world.path('nowhere.raw'), '--insecure'],
    ...{ code: 'source-unreadable', exit: 1, state: 'untouched' },
  },
  {
    what: 'an image file that is not there, and that nothing would prove',
    make: async (world) => ['--image-file', world.path('nowhere.raw')],
    ...{ code: 'source-unreadable', exit: 1, state: 'untouched' },
  },
  {
    what: 'an address in place of an image file',
    make: async (world) => ['--image-file', await world.serve('disk.raw', world.raw)],
    ...{ code: 'usage', exit: 2, state: 'untouched' },
  },
  {
    what: 'an image file that is a directory',
    make: async () => ['--image-file', import.meta.dirname, '--insecure'],
    ...{ code: 'source-unreadable', exit: 1, state: 'untouched' },
  },
]
