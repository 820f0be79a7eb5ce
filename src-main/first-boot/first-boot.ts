/** Settings of a drive's first boot, read and checked. */
export interface FirstBoot {
  /** The Ignition config, byte for byte; null for none. */
  config: Buffer | null
  appendKargs: string[]
  deleteKargs: string[]
  /** Connections of NetworkManager. */
  keyfiles: { name: string; bytes: Buffer }[]
}
