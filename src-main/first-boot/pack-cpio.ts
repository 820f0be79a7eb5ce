/** A file of an archive. */
export interface Member {
  path: string
  bytes: Buffer
}

/**
 * Packs files as a newc cpio archive, which the kernel unpacks into its initramfs
 * (Documentation/driver-api/early-userspace/buffer-format.rst): files 0600 of root, sorted, behind
 * their folders, because the kernel makes no missing ones.
 */
export function packCpio(members: Member[]): Buffer {
  const folders = new Set(members.flatMap(({ path }) => foldersOf(path)))
  const entries = [
    ...[...folders].map((path) => ({ path, bytes: Buffer.alloc(0), mode: 0o040755 })),
    ...members.map((each) => ({ ...each, mode: 0o100600 })),
  ].toSorted((a, b) => (a.path < b.path ? -1 : 1))
  const parts = entries.map(({ path, bytes, mode }, index) => packEntry(path, bytes, index + 1, mode))
  return Buffer.concat([...parts, packEntry('TRAILER!!!', Buffer.alloc(0), 0, 0)])
}

/** Returns the folders that contain a path: `a` and `a/b` for `a/b/c`. */
const foldersOf = (path: string): string[] =>
  path
    .split('/')
    .slice(0, -1)
    .map((_, index, names) => names.slice(0, index + 1).join('/'))

function packEntry(path: string, bytes: Buffer, inode: number, mode: number): Buffer {
  const name = Buffer.from(`${path}\0`)
  const [uid, gid, links, time, device] = [0, 0, 1, 0, 0]
  const fields = [inode, mode, uid, gid, links, time, bytes.length, device, device, device, device, name.length, 0]
  const header = Buffer.from(`070701${fields.map((field) => field.toString(16).padStart(8, '0')).join('')}`)
  return Buffer.concat([pad(Buffer.concat([header, name])), pad(bytes)])
}

/** Extends bytes with zeros to a multiple of four. */
const pad = (bytes: Buffer) => Buffer.concat([bytes, Buffer.alloc(-bytes.length & 3)])
