/**
 * The names of whole drives. On Linux there are too many kinds to list; the helper compares the
 * name with those that lsblk prints, and follows no path.
 */
const names: Partial<Record<NodeJS.Platform, RegExp>> = {
  linux: /^\/dev(?!.*\/[./])\/[^\0]+$/,
  darwin: /^\/dev\/disk\d+$/,
  win32: /^\\\\\.\\PhysicalDrive\d+$/,
}

/** Tells whether a text has the form of a drive's name on this system. */
export const isDeviceName = (text: string, platform: NodeJS.Platform = process.platform): boolean =>
  names[platform]?.test(text) ?? false
