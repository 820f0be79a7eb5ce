const goneCodes = new Set(['ENODEV', 'ENXIO', 'ENOMEDIUM'])
// Node has no name for ENOMEDIUM (Linux: 123) and calls it "Unknown system error -123".
const linuxNoMedium = -123

/** The device or its medium is not there any more. */
export function isGone(error: unknown): boolean {
  const { code, errno } = error as NodeJS.ErrnoException
  return (code !== undefined && goneCodes.has(code)) || errno === linuxNoMedium
}

/**
 * A drive that was opened for writing takes no writes any more. Linux answers EPERM for a block device that is read-only by
 * now (blkdev_write_iter in block/fops.c); elsewhere that may mean other things.
 */
export function isWriteProtected(error: unknown, platform = process.platform): boolean {
  const { code } = error as NodeJS.ErrnoException
  return code === 'EROFS' || (code === 'EPERM' && platform === 'linux')
}
