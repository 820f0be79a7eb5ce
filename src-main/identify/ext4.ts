import type { ReadAt } from './read-at.ts'

// The layout of ext4: https://www.kernel.org/doc/html/latest/filesystems/ext4/

/** Reads small files of an ext4 file system without mounting it. */
export interface Ext4 {
  /** Returns the names in a directory; null if the path is not a directory. */
  list(path: string): Promise<string[] | null>
  /**
   * Returns the start of a file; null if the path is not a file.
   * @param most – maximum number of bytes, 64 KiB by default
   */
  read(path: string, most?: number): Promise<Buffer | null>
  /** Returns the permission bits of a file or directory; null if there is none. */
  mode(path: string): Promise<number | null>
  /** Returns the superblock of the internal journal; null if there is no such journal. */
  readJournal(): Promise<Buffer | null>
}

const [rootInode, journalInode] = [2, 8]
const [typeMask, directory, regular, symlink] = [0xf000, 0x4000, 0x8000, 0xa000]
/**
 * Incompatible features that this reader supports: file types in entries, a journal to replay,
 * extents, 64-bit, flexible groups, a checksum seed.
 */
const knownFeatures = 0x2 | 0x4 | 0x40 | 0x80 | 0x200 | 0x2000
const extentsFlag = 0x80000
const mostBytes = 64 * 1024
/** Maximum number of nodes read of a file's extent tree, and of links followed in a path. */
const [mostNodes, mostLinks] = [16, 8]
/** Number of blocks that an inode with a block map names itself. */
const directBlocks = 12

interface Inode {
  type: number
  /** Permission bits. */
  mode: number
  size: number
  flags: number
  /** The root of the extent tree or of the block map, or the target of a short link. */
  block: Buffer
}

interface Extent {
  /** Position in the file, position on the disk, and length, all in blocks. */
  logical: number
  physical: number
  count: number
}

/**
 * Opens an ext4 file system.
 * @returns null if it is not ext4, or has features that this reader does not know
 * @throws the errors of `readAt`; RangeError for a reference outside the file system
 */
export async function openExt4(readAt: ReadAt): Promise<Ext4 | null> {
  const superblock = await readAt(1024, 1024)
  const features = superblock.readUInt32LE(0x60)
  const blockSize = 1024 * 2 ** superblock.readUInt32LE(0x18)
  const [inodes, perGroup] = [superblock.readUInt32LE(0x0), superblock.readUInt32LE(0x28)]
  const inodeSize = superblock.readUInt32LE(0x4c) === 0 ? 128 : superblock.readUInt16LE(0x58)
  const is64 = (features & 0x80) !== 0
  const descriptorSize = is64 ? superblock.readUInt16LE(0xfe) : 32
  const isKnown = superblock.readUInt16LE(0x38) === 0xef53 && (features & ~knownFeatures) === 0
  if (!isKnown || blockSize > mostBytes || perGroup === 0 || inodeSize < 128 || descriptorSize < 32) return null
  const descriptors = (superblock.readUInt32LE(0x14) + 1) * blockSize

  async function readInode(number: number): Promise<Inode> {
    if (number < 1 || number > inodes) throw new RangeError(`inode ${number}`)
    const group = Math.floor((number - 1) / perGroup)
    const descriptor = await readAt(descriptors + group * descriptorSize, descriptorSize)
    const high = descriptorSize >= 64 ? descriptor.readUInt32LE(0x28) : 0
    const table = (high * 2 ** 32 + descriptor.readUInt32LE(0x8)) * blockSize
    const inode = await readAt(table + ((number - 1) % perGroup) * inodeSize, 128)
    return {
      type: inode.readUInt16LE(0) & typeMask,
      mode: inode.readUInt16LE(0) & ~typeMask,
      size: inode.readUInt32LE(0x6c) * 2 ** 32 + inode.readUInt32LE(0x4),
      flags: inode.readUInt32LE(0x20),
      block: inode.subarray(0x28, 0x28 + 60),
    }
  }

  /**
   * Reads the leaves of an extent tree. The limit on nodes suffices for the first 64 KiB of a file.
   */
  async function readExtents(root: Buffer): Promise<Extent[]> {
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
   * Returns a function that finds the block of a position in a file, both in blocks. It returns 0
   * where the file has no block, and reads as zeros.
   */
  async function openBlocks({ flags, block }: Inode): Promise<(logical: number) => Promise<number>> {
    if ((flags & extentsFlag) === 0) return (logical) => findMapped(block, logical)
    const extents = await readExtents(block)
    return async (logical) => {
      const extent = extents.find((each) => logical >= each.logical && logical < each.logical + each.count)
      return extent === undefined ? 0 : extent.physical + logical - extent.logical
    }
  }

  /**
   * Finds a block in a block map: 12 direct blocks, then an indirect and a double indirect one.
   * @throws RangeError behind these
   */
  async function findMapped(map: Buffer, logical: number): Promise<number> {
    if (logical < directBlocks) return map.readUInt32LE(logical * 4)
    const perBlock = blockSize / 4
    const indirect = logical - directBlocks
    if (indirect < perBlock) return follow(map.readUInt32LE(directBlocks * 4), indirect)
    const double = indirect - perBlock
    if (double >= perBlock * perBlock) throw new RangeError(`block ${logical}`)
    const outer = await follow(map.readUInt32LE(directBlocks * 4 + 4), Math.floor(double / perBlock))
    return follow(outer, double % perBlock)
  }

  const follow = async (block: number, index: number) =>
    block === 0 ? 0 : (await readAt(block * blockSize + index * 4, 4)).readUInt32LE(0)

  async function readContent(inode: Inode, most = mostBytes): Promise<Buffer> {
    const content = Buffer.alloc(Math.min(inode.size, most))
    const findBlock = await openBlocks(inode)
    for (let at = 0; at < content.length; at += blockSize) {
      const block = await findBlock(at / blockSize)
      if (block !== 0) (await readAt(block * blockSize, blockSize)).copy(content, at)
    }
    return content
  }

  async function readEntries(inode: Inode): Promise<Map<string, number>> {
    const entries = new Map<string, number>()
    if (inode.type !== directory) return entries
    const content = await readContent(inode)
    for (let at = 0; at + 8 <= content.length;) {
      const number = content.readUInt32LE(at)
      const length = content.readUInt16LE(at + 4)
      const end = at + 8 + content.readUInt8(at + 6)
      if (length < 8 || end > content.length) break
      if (number !== 0) entries.set(content.toString('utf8', at + 8, end), number)
      at += length
    }
    return entries
  }

  async function find(path: string): Promise<Inode | null> {
    const left = path.split('/')
    let [at, links] = [await readInode(rootInode), 0]
    // A link is followed if its target is relative and within the directory. A target that contains
    // `..` or starts at the root is not followed.
    for (let name = left.shift(); name !== undefined; name = left.shift()) {
      if (name === '' || name === '.') continue
      const number = name === '..' ? undefined : (await readEntries(at)).get(name)
      if (number === undefined) return null
      const inode = await readInode(number)
      if (inode.type !== symlink) at = inode
      else {
        const target = inode.size < 60 ? inode.block.toString('utf8', 0, inode.size) : '/'
        if (target.startsWith('/') || ++links > mostLinks) return null
        left.unshift(...target.split('/'))
      }
    }
    return at
  }

  return {
    async list(path) {
      const inode = await find(path)
      return inode?.type === directory ? [...(await readEntries(inode)).keys()] : null
    },
    async read(path, most) {
      const inode = await find(path)
      return inode?.type === regular ? readContent(inode, most) : null
    },
    async mode(path) {
      return (await find(path))?.mode ?? null
    },
    async readJournal() {
      const inode = await readInode(journalInode)
      return inode.type === regular ? readContent(inode, 1024) : null
    },
  }
}
