const goneCodes = new Set(['ENODEV', 'ENXIO', 'ENOMEDIUM'])
// Node has no name for ENOMEDIUM (Linux: 123) and calls it "Unknown system error -123".
const linuxNoMedium = -123

/** The device or its medium is not there any more. */
export function isGone(error: unknown): boolean {
  const { code, errno } = error as NodeJS.ErrnoException
  return (code !== undefined && goneCodes.has(code)) || errno === linuxNoMedium
}
