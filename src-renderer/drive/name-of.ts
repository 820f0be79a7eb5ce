import type { Drive } from '../../src-shared/drive.ts'

/** What a drive is called in the window: a disk-image file by its own name, without the folders. */
export const nameOf = ({ name, identity }: Drive): string =>
  identity.kind === 'file' ? (identity.device.split(/[/\\]/).pop() ?? name) : name
