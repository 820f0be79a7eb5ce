import { resolve } from 'node:path'
import type { Command } from 'commander'
import type { LiveSpec } from '../../../src-shared/first-boot.ts'
import { pathOf } from '../window-arguments.ts'

/** Options of a live system. The names are those of `coreos-installer iso customize`. */
export interface LiveOptions {
  liveIgnition?: string[]
  liveKargAppend?: string[]
  liveKargDelete?: string[]
  liveKargReplace?: string[]
  networkKeyfile?: string[]
  destDevice?: string
  destWipe?: boolean
  destIgnition?: string[]
  destKargAppend?: string[]
  destKargDelete?: string[]
  destConsole?: string[]
  preInstall?: string[]
  postInstall?: string[]
  ignitionCa?: string[]
  installerConfig?: string[]
  rebootAfterInstall?: boolean
  acceptInstall?: boolean
}

export function addLiveOptions(command: Command): Command {
  const collect = (value: string, others: string[] = []) => [...others, value]
  return command
    .optionsGroup('Live system:')
    .option('--live-ignition <FILE>', 'an Ignition config of the live system; may be given again', collect)
    .option('--live-karg-append <ARG>', 'a kernel argument to append; may be given again', collect)
    .option('--live-karg-delete <ARG>', 'a kernel argument to delete; may be given again', collect)
    .option('--live-karg-replace <KEY=OLD=NEW>', 'a kernel argument to replace; may be given again', collect)
    .option('--network-keyfile <FILE>', 'a connection of NetworkManager, also for the installed system', collect)
    .option('--dest-device <DEVICE>', 'erase this disk of the machine, and install there without asking')
    .option('--dest-wipe', 'first stop RAID, LVM and encryption on that disk, and erase their signatures')
    .option('--dest-ignition <FILE>', 'an Ignition config of the installed system; may be given again', collect)
    .option('--dest-karg-append <ARG>', 'a kernel argument to append on the installed system', collect)
    .option('--dest-karg-delete <ARG>', 'a kernel argument to delete on the installed system', collect)
    .option('--dest-console <SPEC>', 'a console of the installed system, like ttyS0,115200n8', collect)
    .option('--pre-install <FILE>', 'a script to run before the installation', collect)
    .option('--post-install <FILE>', 'a script to run after the installation', collect)
    .option('--ignition-ca <FILE>', 'certificates (PEM) of servers from which Ignition downloads', collect)
    .option('--installer-config <FILE>', 'a config of the installer (YAML)', collect)
    .option('--reboot-after-install', 'restart the machine after the installation, instead of powering it off')
    .option('--accept-install', 'agree that a machine started from it erases a disk without asking')
}

/** Returns the settings of a live system; undefined if no option asks for anything. */
export function readLiveOptions(options: LiveOptions): LiveSpec | undefined {
  const files = (paths: string[] | undefined) => paths?.map((path) => resolve(pathOf(path)))
  const spec: LiveSpec = {
    ignition: files(options.liveIgnition),
    appendKargs: options.liveKargAppend,
    deleteKargs: options.liveKargDelete,
    replaceKargs: options.liveKargReplace,
    keyfiles: files(options.networkKeyfile),
    destDevice: options.destDevice,
    destWipe: options.destWipe,
    destIgnition: files(options.destIgnition),
    destAppendKargs: options.destKargAppend,
    destDeleteKargs: options.destKargDelete,
    destConsoles: options.destConsole,
    preInstall: files(options.preInstall),
    postInstall: files(options.postInstall),
    certificates: files(options.ignitionCa),
    installerConfigs: files(options.installerConfig),
  }
  if (Object.values(spec).every((each) => each === undefined)) return undefined
  return { ...spec, reboot: options.rebootAfterInstall, acceptInstall: options.acceptInstall }
}
