import type { Drive } from '../../src-shared/drive.ts'

/** Where something of this drive is mounted: what verify warns of, since a mount changes bytes. Swap is not a place. */
export const mountpointsOf = (drive: Drive): string[] =>
  drive.contents.flatMap((content) => content.mountpoints).filter((mountpoint) => mountpoint !== '[SWAP]')
