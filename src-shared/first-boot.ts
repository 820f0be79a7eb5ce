import { z } from 'zod'
import type { DriveIdentity } from './drive.ts'
import { parseConsole } from './console.ts'
import { isDevice } from './is-device.ts'
import { simpleAnswers } from './simple-answers.ts'

/** Kernel arguments: one or several words on one line. */
const karg = z
  .string()
  .min(1)
  .max(1024)
  .regex(/^(?=.*\S)[^\p{Cc}]+$/u, 'a kernel argument is one line of text')

const path = z.string().min(1).max(4096)
const paths = z.array(path).max(100).optional()
const kargs = z.array(karg).max(100).optional()
const consoles = z
  .array(z.string().refine((text) => parseConsole(text) !== null, 'a console is like tty0 or ttyS0,115200n8'))
  .max(16)
  .optional()

/** Settings that only a live system has, and those of the system that its installer writes. */
const liveSpec = z.object({
  /** Configs of the live system, which merges them. */
  ignition: paths,
  appendKargs: kargs,
  deleteKargs: kargs,
  replaceKargs: z
    .array(karg.regex(/^[^=\s]+=[^=\s]*=[^=\s]*$/, 'a replacement of a kernel argument is KEY=OLD=NEW'))
    .max(100)
    .optional(),
  /** Connections of NetworkManager, for the live system and the installed one. */
  keyfiles: paths,
  /** Disk that the installer erases, on the machine that starts the live system. */
  destDevice: z.string().refine(isDevice, 'a device of a machine is like /dev/disk/by-id/…').optional(),
  /** Stops RAID, LVM and encryption on that disk, and erases their signatures. */
  destWipe: z.boolean().optional(),
  /** Configs of the installed system, which merges them. */
  destIgnition: paths,
  destAppendKargs: kargs,
  destDeleteKargs: kargs,
  destConsoles: consoles,
  /** Scripts that run before and after the installer. */
  preInstall: paths,
  postInstall: paths,
  /** Certificates (PEM) of servers from which Ignition fetches. */
  certificates: paths,
  /** Configs of the installer itself (YAML). */
  installerConfigs: paths,
  /** Restarts the machine after the installation, in place of powering it off. */
  reboot: z.boolean().optional(),
  /** Lets the installer erase a disk without a question. */
  acceptInstall: z.boolean().optional(),
})
export type LiveSpec = z.infer<typeof liveSpec>

/** Settings of a drive's first boot. Without any field it boots as the image is published. */
export const firstBootSpec = z.object({
  ignition: z
    .object({
      /** Path or http(s) address of the config. */
      location: path,
      hash: z
        .string()
        .regex(/^(sha256-[0-9a-f]{64}|sha512-[0-9a-f]{128})$/i, 'a hash is sha256- or sha512- with its digits')
        .optional(),
    })
    .optional(),
  /** Answers of which the config is made, in place of `ignition`. */
  answers: simpleAnswers.optional(),
  /** Sets it up even if nobody could log in to the system. */
  acceptNoLogin: z.boolean().optional(),
  appendKargs: kargs,
  deleteKargs: kargs,
  /** Consoles of kernel and boot loader, the primary one last. */
  consoles,
  /** Platform that Ignition asks for its config, in place of metal. */
  platform: z
    .string()
    .regex(/^[a-z\d][a-z\d_-]{0,39}$/, 'a platform is a word like metal or qemu')
    .optional(),
  /** Kernel arguments of the first boot alone, which GRUB reads between double quotes. */
  firstbootArgs: karg.regex(/^[^"'$\\]+$/, 'arguments of the first boot have no quotes, $ or backslash').optional(),
  /** Folder with connections of NetworkManager. */
  networkDirectory: path.optional(),
  live: liveSpec.optional(),
})
export type FirstBootSpec = z.infer<typeof firstBootSpec>

/** Settings that a first boot was given, without the config itself and without a secret. */
export const firstBootDone = z.object({
  configSha256: z.string().nullable(),
  /** In bytes. Receipts of older versions have none. */
  configSize: z.number().nullable().default(null),
  /** Host name that a made config has; null if the config was given or has none. */
  hostname: z.string().nullable().default(null),
  appendKargs: z.array(z.string()),
  deleteKargs: z.array(z.string()),
  consoles: z.array(z.string()).default([]),
  platform: z.string().nullable().default(null),
  firstbootArgs: z.string().nullable().default(null),
  /** Names of the connections. */
  keyfiles: z.array(z.string()),
  /** Further settings of a live ISO; null for a metal image. */
  live: z
    .object({
      replaceKargs: z.array(z.string()),
      /** Disk that the installer erases; null if that is not set. */
      destDevice: z.string().nullable(),
      destConfigSha256: z.string().nullable(),
      destAppendKargs: z.array(z.string()),
      destDeleteKargs: z.array(z.string()),
      destConsoles: z.array(z.string()),
      /** Names of scripts, certificates and configs of the installer. */
      files: z.array(z.string()),
    })
    .nullable()
    .default(null),
  /** Whether a receipt tells of it. Otherwise it was read from the drive. */
  hasReceipt: z.boolean().default(true),
  /**
   * Places of the drive that differ from the signed image: offset and length in bytes, the image's
   * bytes there, deflated (RFC 1950) and in base64, and the hash of the bytes that replaced them.
   */
  edits: z.array(z.object({ offset: z.number(), length: z.number(), original: z.string(), sha256: z.string() })),
})
export type FirstBootDone = z.infer<typeof firstBootDone>

/** Settings of a drive's first boot, as they are read from the drive. */
export interface FirstBootShown {
  drive: DriveIdentity
  /** Whether it is a live ISO, which reads its settings at every start. */
  live: boolean
  /** Whether the first boot is still to come. */
  pending: boolean
  /** Disk that a live ISO erases by itself; null for none. */
  installsOn: string | null
  /** Config on the drive, with its size in bytes; null for none. */
  config: { sha256: string; size: number } | null
  /** Null if no boot loader entry has any. */
  kernelArguments: string | null
  platform: string | null
  /** Kernel arguments of the first boot alone; null for none. */
  firstbootArgs: string | null
  /** Names of the connections. */
  keyfiles: string[]
}
