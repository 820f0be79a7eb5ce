import type { NamedFile } from './first-boot.ts'

/** Contents for the reserved places of a live system. */
export interface LiveBoot {
  /** The Ignition config of the live system, byte for byte; null for none. */
  config: Buffer | null
  appendKargs: string[]
  deleteKargs: string[]
  /** `KEY=OLD=NEW` */
  replaceKargs: string[]
  /** Connections of NetworkManager. */
  keyfiles: NamedFile[]
  /** Options of the installer that are set; null if its config is left alone. */
  directives: string[] | null
}
