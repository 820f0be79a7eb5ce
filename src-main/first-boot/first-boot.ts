import type { Console } from '../../src-shared/console.ts'

/** File with the name that it has on the machine. */
export interface NamedFile {
  name: string
  bytes: Buffer
}

/** Settings of a drive's first boot, read and checked. */
export interface FirstBoot {
  /**
   * The Ignition config, byte for byte; null for none. That of a live system belongs to the system
   * that its installer writes, if it writes one.
   */
  config: Buffer | null
  /** Host name in the config; null if the config was given or has none. */
  hostname: string | null
  appendKargs: string[]
  deleteKargs: string[]
  /** Empty for those of the image. */
  consoles: Console[]
  /** Null for the one of the image, which is metal. */
  platform: string | null
  firstbootArgs: string | null
  /** Connections of NetworkManager. */
  keyfiles: NamedFile[]
  /** Null if nothing is set that only a live system has. */
  live: LiveSettings | null
}

/** Settings that only a live system has, read and checked. */
export interface LiveSettings {
  configs: Buffer[]
  appendKargs: string[]
  deleteKargs: string[]
  /** `KEY=OLD=NEW` */
  replaceKargs: string[]
  keyfiles: NamedFile[]
  /** Whether the live system starts its installer, which erases a disk. */
  installs: boolean
  destDevice: string | null
  destConfigs: Buffer[]
  destAppendKargs: string[]
  destDeleteKargs: string[]
  destConsoles: string[]
  preInstall: NamedFile[]
  postInstall: NamedFile[]
  certificates: NamedFile[]
  installerConfigs: InstallerConfig[]
  reboot: boolean
}

/** Config of the installer, in YAML. */
export interface InstallerConfig extends NamedFile {
  /** Options that it sets. */
  directives: string[]
}
