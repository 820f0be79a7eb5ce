const goneCodes = new Set(['ENODEV', 'ENXIO', 'ENOMEDIUM'])
// Node has no name for ENOMEDIUM (Linux: 123) and calls it "Unknown system error -123".
const linuxNoMedium = -123

/** Returns whether an error says that the device or its medium was removed. */
export function isGone(error: unknown): boolean {
  const { code, errno } = error as NodeJS.ErrnoException
  return (code !== undefined && goneCodes.has(code)) || errno === linuxNoMedium
}

/**
 * Returns whether an error says that a drive opened for writing has become read-only. Linux answers
 * EPERM for a block device that became read-only (blkdev_write_iter in block/fops.c). On other
 * platforms EPERM may have other causes.
 */
export function isWriteProtected(error: unknown, platform = process.platform): boolean {
  const { code } = error as NodeJS.ErrnoException
  return code === 'EROFS' || (code === 'EPERM' && platform === 'linux')
}
