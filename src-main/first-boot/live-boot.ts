import type { Keyfile } from './first-boot.ts'

/** Settings of a live ISO, read and checked. */
export interface LiveBoot {
  /** The Ignition config of the live system, byte for byte; null for none. */
  liveConfig: Buffer | null
  appendKargs: string[]
  deleteKargs: string[]
  /** `KEY=OLD=NEW` */
  replaceKargs: string[]
  keyfiles: Keyfile[]
}
