import type { Inode } from './ext4-inode.ts'
import type { ReadAt } from './read-at.ts'

/**
 * Finds the block of a position in a file, both in blocks. Returns 0 where the file has no block,
 * and reads as zeros.
 */
export type FindBlock = (logical: number) => Promise<number>

interface Extent {
  /** Position in the file, position on the disk, and length, all in blocks. */
  logical: number
  physical: number
  count: number
}

/** Maximum number of nodes read of a file's extent tree: they suffice for its first 64 KiB. */
const mostNodes = 16
/** Number of blocks that an inode with a block map names itself. */
const directBlocks = 12

/**
 * Opens the extent tree or the block map of a file.
 * @throws the errors of `readAt`
 */
export async function openBlocks(readAt: ReadAt, blockSize: number, inode: Inode): Promise<FindBlock> {
  if (!inode.hasExtents) return (logical) => findMapped(readAt, blockSize, inode.block, logical)
  const extents = await readExtents(readAt, blockSize, inode.block)
  return async (logical) => {
    const extent = extents.find((each) => logical >= each.logical && logical < each.logical + each.count)
    return extent === undefined ? 0 : extent.physical + logical - extent.logical
  }
}

/** Reads the leaves of an extent tree. */
async function readExtents(readAt: ReadAt, blockSize: number, root: Buffer): Promise<Extent[]> {
  const extents: Extent[] = []
  const nodes = [root]
  for (let visited = 0; nodes.length > 0 && visited < mostNodes; visited++) {
    const node = nodes.shift()!
    if (node.readUInt16LE(0) !== 0xf30a) break
    const entries = Math.min(node.readUInt16LE(2), Math.floor(node.length / 12) - 1)
    for (let entry = 1; entry <= entries; entry++) {
      const at = entry * 12
      if (node.readUInt16LE(6) > 0) {
        const block = node.readUInt16LE(at + 8) * 2 ** 32 + node.readUInt32LE(at + 4)
        if (nodes.length < mostNodes) nodes.push(await readAt(block * blockSize, blockSize))
        continue
      }
      const count = node.readUInt16LE(at + 4)
      const physical = node.readUInt16LE(at + 6) * 2 ** 32 + node.readUInt32LE(at + 8)
      // A count above 32768 marks an unwritten extent. It reads as zeros, as does a block without
      // an extent.
      if (count <= 32768) extents.push({ logical: node.readUInt32LE(at), physical, count })
    }
  }
  return extents
}

/**
 * Finds a block in a block map: 12 direct blocks, then an indirect and a double indirect one.
 * @throws RangeError behind these
 */
async function findMapped(readAt: ReadAt, blockSize: number, map: Buffer, logical: number): Promise<number> {
  const follow = async (block: number, index: number) =>
    block === 0 ? 0 : (await readAt(block * blockSize + index * 4, 4)).readUInt32LE(0)

  if (logical < directBlocks) return map.readUInt32LE(logical * 4)
  const perBlock = blockSize / 4
  const indirect = logical - directBlocks
  if (indirect < perBlock) return follow(map.readUInt32LE(directBlocks * 4), indirect)
  const double = indirect - perBlock
  if (double >= perBlock * perBlock) throw new RangeError(`block ${logical}`)
  const outer = await follow(map.readUInt32LE(directBlocks * 4 + 4), Math.floor(double / perBlock))
  return follow(outer, double % perBlock)
}
