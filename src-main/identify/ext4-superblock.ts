import type { ReadAt } from './read-at.ts'

/** The superblock of an ext4 file system, as far as reading a file needs it. */
export interface Superblock {
  /** In bytes. */
  blockSize: number
  /** Number of inodes. */
  inodes: number
  inodesPerGroup: number
  /** In bytes. */
  inodeSize: number
  /** Position of the group descriptors, and the size of one, in bytes. */
  descriptors: number
  descriptorSize: number
}

/**
 * Incompatible features that this reader supports: file types in entries, a journal to replay,
 * extents, 64-bit, flexible groups, a checksum seed.
 */
const knownFeatures = 0x2 | 0x4 | 0x40 | 0x80 | 0x200 | 0x2000
const largestBlock = 64 * 1024

/**
 * Reads the superblock.
 * @returns null if it is not ext4, or has features that this reader does not know
 * @throws the errors of `readAt`
 */
export async function readSuperblock(readAt: ReadAt): Promise<Superblock | null> {
  const bytes = await readAt(1024, 1024)
  const features = bytes.readUInt32LE(0x60)
  if (bytes.readUInt16LE(0x38) !== 0xef53 || (features & ~knownFeatures) !== 0) return null
  const blockSize = 1024 * 2 ** bytes.readUInt32LE(0x18)
  const [inodes, inodesPerGroup] = [bytes.readUInt32LE(0x0), bytes.readUInt32LE(0x28)]
  const inodeSize = bytes.readUInt32LE(0x4c) === 0 ? 128 : bytes.readUInt16LE(0x58)
  const is64 = (features & 0x80) !== 0
  const descriptorSize = is64 ? bytes.readUInt16LE(0xfe) : 32
  if (blockSize > largestBlock || inodesPerGroup === 0 || inodeSize < 128 || descriptorSize < 32) return null
  const descriptors = (bytes.readUInt32LE(0x14) + 1) * blockSize
  return { blockSize, inodes, inodesPerGroup, inodeSize, descriptors, descriptorSize }
}
