import { KindlingError } from '../../src-shared/failure.ts'
import { say, type Said } from '../../src-shared/phrases.ts'
import { openExt4, type Ext4 } from '../identify/ext4.ts'
import type { ReadAt } from '../identify/read-at.ts'

// The layout of the superblock: https://www.kernel.org/doc/html/latest/filesystems/ext4/super.html

/**
 * Features that a `/boot` of Fedora CoreOS may have. Compatible: journal, attributes, resize_inode,
 * dir_index, orphan_file. Incompatible: filetype, extents, 64bit, flex_bg, metadata_csum_seed.
 * Compatible for reading: sparse_super, large_file, huge_file, dir_nlink, extra_isize,
 * metadata_csum. Not `recover` (a journal to replay) and not `orphan_present`.
 */
const [compatible, incompatible, readOnly] = [
  0x103c,
  0x2 | 0x40 | 0x80 | 0x200 | 0x2000,
  0x1 | 0x2 | 0x8 | 0x60 | 0x400,
]
const [hasJournal, extents, metadataChecksums] = [0x4, 0x40, 0x400]

/**
 * Opens an ext4 file system that may be changed without mounting it. It must be in the state and
 * the form in which Fedora publishes it.
 * @param size – of its partition, in bytes
 * @throws first-boot-unsupported, the errors of `readAt`
 */
export async function requireEditableExt4(readAt: ReadAt, size: number): Promise<Ext4> {
  const superblock = await readAt(1024, 1024)
  const at16 = (offset: number) => superblock.readUInt16LE(offset)
  const at32 = (offset: number) => superblock.readUInt32LE(offset)
  if (at16(0x38) !== 0xef53) throw refuse(say('boot-not-ext4'))
  const blockSize = 1024 * 2 ** at32(0x18)
  const unfamiliar =
    (at32(0x5c) & ~compatible) !== 0 ||
    (at32(0x60) & ~incompatible) !== 0 ||
    (at32(0x64) & ~readOnly) !== 0 ||
    (at32(0x5c) & hasJournal) === 0 ||
    (at32(0x60) & extents) === 0 ||
    (at32(0x64) & metadataChecksums) === 0 ||
    at32(0x4c) !== 1 ||
    (blockSize !== 1024 && blockSize !== 4096) ||
    (at16(0x58) !== 128 && at16(0x58) !== 256) ||
    // The label by which the first boot finds the file system.
    superblock.toString('latin1', 0x78, 0x88).replace(/\0.*$/s, '') !== 'boot' ||
    // The block count has a high half with the feature 64bit.
    ((at32(0x60) & 0x80) !== 0 && at32(0x150) !== 0) ||
    at32(0x4) * blockSize > size ||
    at32(0xe0) !== 8
  // `recover` is a feature, too, but means a file system that was in use.
  const [clean, recover, orphanPresent] = [at16(0x3a) === 1, (at32(0x60) & 0x4) !== 0, (at32(0x64) & 0x10000) !== 0]
  const [lastOrphan, errors] = [at32(0xe8), at32(0x194)]
  if (!clean || recover || orphanPresent || lastOrphan !== 0 || errors !== 0) throw refuse(say('boot-unclean'))
  if (unfamiliar) throw refuse(say('boot-unfamiliar'))
  const files = await openExt4(readAt)
  const journal = await files?.readJournal()
  // Numbers in the journal are big-endian. Its start is 0 when it is empty.
  if (files == null || journal == null || journal.length < 1024 || journal.readUInt32BE(0) !== 0xc03b3998)
    throw refuse(say('boot-unfamiliar'))
  if (journal.readUInt32BE(0x1c) !== 0) throw refuse(say('boot-unclean'))
  return files
}

const refuse = (reason: Said) => new KindlingError('first-boot-unsupported', { reason })
