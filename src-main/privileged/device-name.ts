/**
 * Patterns for the names of whole drives. Linux has too many kinds of names to list. There the
 * helper compares the name with the names that lsblk prints, and follows no path.
 */
const names: Partial<Record<NodeJS.Platform, RegExp>> = {
  linux: /^\/dev(?!.*\/[./])\/[^\0]+$/,
  darwin: /^\/dev\/disk\d+$/,
  win32: /^\\\\\.\\PhysicalDrive\d+$/,
}

/** Returns true if a text has the form of a drive name on this system. */
export const isDeviceName = (text: string, platform: NodeJS.Platform = process.platform): boolean =>
  names[platform]?.test(text) ?? false
