import { openBlocks } from './ext4-blocks.ts'
import { readInode, type Inode } from './ext4-inode.ts'
import { readSuperblock, type Superblock } from './ext4-superblock.ts'
import type { ReadAt } from './read-at.ts'

// The layout of ext4: https://www.kernel.org/doc/html/latest/filesystems/ext4/

const [rootInode, journalInode] = [2, 8]
const mostBytes = 64 * 1024
/** Maximum number of links followed in a path. */
const mostLinks = 8

/**
 * Opens an ext4 file system.
 * @returns null if it is not ext4, or has features that this reader does not know
 * @throws the errors of `readAt`; RangeError for a reference outside the file system
 */
export async function openExt4(readAt: ReadAt): Promise<Ext4 | null> {
  const superblock = await readSuperblock(readAt)
  return superblock && new Ext4(readAt, superblock)
}

/** Reads small files of an ext4 file system without mounting it. */
export class Ext4 {
  readonly #readAt: ReadAt
  readonly #superblock: Superblock

  constructor(readAt: ReadAt, superblock: Superblock) {
    this.#readAt = readAt
    this.#superblock = superblock
  }

  /** Returns the names in a directory; null if the path is not a directory. */
  async list(path: string): Promise<string[] | null> {
    const inode = await this.#find(path)
    return inode?.type === 'directory' ? [...(await this.#readEntries(inode)).keys()] : null
  }

  /**
   * Returns the start of a file; null if the path is not a file.
   * @param most – maximum number of bytes, 64 KiB by default
   */
  async read(path: string, most?: number): Promise<Buffer | null> {
    const inode = await this.#find(path)
    return inode?.type === 'file' ? this.#readContent(inode, most) : null
  }

  /** Returns the permission bits of a file or directory; null if there is none. */
  async mode(path: string): Promise<number | null> {
    return (await this.#find(path))?.mode ?? null
  }

  /** Returns the superblock of the internal journal; null if there is no such journal. */
  async readJournal(): Promise<Buffer | null> {
    const inode = await this.#readInode(journalInode)
    return inode.type === 'file' ? this.#readContent(inode, 1024) : null
  }

  async #find(path: string): Promise<Inode | null> {
    const left = path.split('/')
    let [at, links] = [await this.#readInode(rootInode), 0]
    // A link is followed if its target is relative and within the directory. A target that contains
    // `..` or starts at the root is not followed.
    for (let name = left.shift(); name !== undefined; name = left.shift()) {
      if (name === '' || name === '.') continue
      const number = name === '..' ? undefined : (await this.#readEntries(at)).get(name)
      if (number === undefined) return null
      const inode = await this.#readInode(number)
      if (inode.type !== 'link') at = inode
      else {
        const target = inode.size < 60 ? inode.block.toString('utf8', 0, inode.size) : '/'
        if (target.startsWith('/') || ++links > mostLinks) return null
        left.unshift(...target.split('/'))
      }
    }
    return at
  }

  async #readEntries(inode: Inode): Promise<Map<string, number>> {
    const entries = new Map<string, number>()
    if (inode.type !== 'directory') return entries
    const content = await this.#readContent(inode)
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

  async #readContent(inode: Inode, most = mostBytes): Promise<Buffer> {
    const { blockSize } = this.#superblock
    const content = Buffer.alloc(Math.min(inode.size, most))
    const findBlock = await openBlocks(this.#readAt, blockSize, inode)
    for (let at = 0; at < content.length; at += blockSize) {
      const block = await findBlock(at / blockSize)
      if (block !== 0) (await this.#readAt(block * blockSize, blockSize)).copy(content, at)
    }
    return content
  }

  #readInode(number: number): Promise<Inode> {
    return readInode(this.#readAt, this.#superblock, number)
  }
}
