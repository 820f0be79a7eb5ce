import type { Console } from '../../src-shared/console.ts'

/** A connection of NetworkManager. */
export interface Keyfile {
  name: string
  bytes: Buffer
}

/** Settings of a drive's first boot, read and checked. */
export interface FirstBoot {
  /** The Ignition config, byte for byte; null for none. */
  config: Buffer | null
  appendKargs: string[]
  deleteKargs: string[]
  /** Empty for those of the image. */
  consoles: Console[]
  /** Null for the one of the image, which is metal. */
  platform: string | null
  firstbootArgs: string | null
  keyfiles: Keyfile[]
}
