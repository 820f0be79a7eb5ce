import type { Superblock } from './ext4-superblock.ts'
import type { ReadAt } from './read-at.ts'

export interface Inode {
  type: 'directory' | 'file' | 'link' | 'other'
  /** Permission bits. */
  mode: number
  size: number
  /** Whether `block` is the root of an extent tree. Otherwise it is a block map. */
  hasExtents: boolean
  /** The root of the extent tree or of the block map, or the target of a short link. */
  block: Buffer
}

const typeMask = 0xf000
const types: Record<number, Inode['type']> = { 0x4000: 'directory', 0x8000: 'file', 0xa000: 'link' }
const extentsFlag = 0x80000

/** @throws the errors of `readAt`; RangeError if there is no such inode */
export async function readInode(readAt: ReadAt, superblock: Superblock, number: number): Promise<Inode> {
  const { blockSize, inodes, inodesPerGroup, inodeSize, descriptors, descriptorSize } = superblock
  if (number < 1 || number > inodes) throw new RangeError(`inode ${number}`)
  const group = Math.floor((number - 1) / inodesPerGroup)
  const descriptor = await readAt(descriptors + group * descriptorSize, descriptorSize)
  const high = descriptorSize >= 64 ? descriptor.readUInt32LE(0x28) : 0
  const table = (high * 2 ** 32 + descriptor.readUInt32LE(0x8)) * blockSize
  const inode = await readAt(table + ((number - 1) % inodesPerGroup) * inodeSize, 128)
  const mode = inode.readUInt16LE(0)
  return {
    type: types[mode & typeMask] ?? 'other',
    mode: mode & ~typeMask,
    size: inode.readUInt32LE(0x6c) * 2 ** 32 + inode.readUInt32LE(0x4),
    hasExtents: (inode.readUInt32LE(0x20) & extentsFlag) !== 0,
    block: inode.subarray(0x28, 0x28 + 60),
  }
}
