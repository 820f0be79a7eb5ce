import type { Drive } from '../../src-shared/drive.ts'

/**
 * Returns the drive's name in the window. For a disk-image file this is the file name without
 * folders.
 */
export const nameOf = ({ name, identity }: Drive): string =>
  identity.kind === 'file' ? (identity.device.split(/[/\\]/).pop() ?? name) : name
