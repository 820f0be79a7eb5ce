import { fillLikeDisk, makeRandom } from './random-bytes.ts'

export interface IsoOptions {
  /** Size in bytes, at least 64 KiB. */
  size: number
  version: string
  architecture?: string
}

const sector = 2048

/**
 * Makes an ISO 9660 image (ECMA-119) with the parts that programs read to identify it: the primary
 * volume descriptor at sector 16, and its terminator. Like Fedora's, the x86_64 image starts with a
 * partition table, others with zeros.
 */
export function makeIso({ size, version, architecture = 'x86_64' }: IsoOptions): Buffer {
  const iso = Buffer.alloc(size)
  fillLikeDisk(iso.subarray(19 * sector), 9660)
  if (architecture === 'x86_64') writeHybridMbr(iso)

  const volume = iso.subarray(16 * sector, 17 * sector)
  volume.write('\x01CD001\x01', 0, 'latin1')
  volume.write('LINUX'.padEnd(32), 8, 'latin1')
  volume.write(`fedora-coreos-${version}`.slice(0, 32).padEnd(32), 40, 'latin1')
  writeBoth32(volume, 80, Math.floor(size / sector))
  for (const offset of [120, 124]) writeBoth16(volume, offset, 1)
  writeBoth16(volume, 128, sector)
  // The root directory in sector 18, which is empty.
  const root = volume.subarray(156, 190)
  root.writeUInt8(34)
  writeBoth32(root, 2, 18)
  writeBoth32(root, 10, sector)
  root.writeUInt8(2, 25)
  writeBoth16(root, 28, 1)
  root.writeUInt8(1, 32)
  for (const offset of [190, 318, 446, 574]) volume.fill(' ', offset, offset + 128)
  volume.writeUInt8(1, 881)

  iso.write('\xffCD001\x01', 17 * sector, 'latin1')
  return iso
}

function writeHybridMbr(iso: Buffer): void {
  const random = makeRandom(512)
  for (let at = 0; at < 440; at += 4) iso.writeUInt32LE(random(), at)
  const entry = iso.subarray(446, 462)
  entry.set([0x80, 0x00, 0x01, 0x00, 0x17, 0xff, 0xff, 0xff])
  entry.writeUInt32LE(Math.floor(iso.length / 512), 12)
  iso.writeUInt16LE(0xaa55, 510)
}

/** Writes a number twice, little-endian and then big-endian (ECMA-119). */
function writeBoth32(bytes: Buffer, offset: number, value: number): void {
  bytes.writeUInt32LE(value, offset)
  bytes.writeUInt32BE(value, offset + 4)
}

function writeBoth16(bytes: Buffer, offset: number, value: number): void {
  bytes.writeUInt16LE(value, offset)
  bytes.writeUInt16BE(value, offset + 2)
}
