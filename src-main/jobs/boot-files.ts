import { basename } from 'node:path'
import type { Artifact } from '../../src-shared/artifact.ts'
import { KindlingError } from '../../src-shared/failure.ts'
import { isPlain } from '../../src-shared/plain.ts'
import { say } from '../../src-shared/phrases.ts'
import { safeFileName } from '../files/safe-file-name.ts'
import { editKargs } from '../first-boot/edit-kargs.ts'
import type { NetworkBoot } from '../first-boot/make-network-boot.ts'

/** A file of a network boot and its artifact. */
export interface BootPart {
  artifact: Artifact
  path: string
}

/** Files and settings of a live system that is started from the network. */
export interface BootFiles {
  /** Name of the release for a comment. A third party chose it. */
  title: string
  /** Start of the names of the files that describe the boot. */
  stem: string
  /** File names. */
  kernel: string
  initramfs: string
  /** The further initrd; null for none. */
  further: string | null
  /** Null before August 2020, when there was no separate root file system. */
  rootfs: string | null
  /** Whether the system does not ask the server for a config. */
  hasConfig: boolean
  kargs: NetworkBoot['kargs']
}

/** How a boot loader writes the arguments of the kernel. */
export interface LoaderSyntax {
  loader: string
  /** Variables with the addresses of the served folder, and of the config. */
  baseUrl: string
  configUrl: string
  /** Returns a word that the loader passes on as it is; null if there is none. */
  quote: (word: string) => string | null
}

/** A file that describes the boot. */
export interface DescribedBoot {
  /** File name, or path from the folder of the download. */
  name: string
  text: string
  /** Profile that the file selects; only for a file that leads to several downloads. */
  profile?: string
}

const configUrl = 'ignition.config.url='

/** Returns the file name of the further initrd of a live system. */
export const nameInitrd = ({ release, architecture }: Artifact): string =>
  safeFileName(`fedora-coreos-${release}-live-first-boot.${architecture}.img`)

/**
 * Finds the files of a network boot; null if they are not those of one.
 * @param boot – settings of the live system; null for none
 */
export function findBootFiles(parts: BootPart[], boot: NetworkBoot | null): BootFiles | null {
  const find = (name: string) => parts.find(({ artifact }) => artifact.name === name)
  const [kernel, initramfs, rootfs] = [find('kernel'), find('initramfs'), find('rootfs')]
  if (kernel === undefined || initramfs === undefined) return null
  const { stream, release, architecture } = kernel.artifact
  const kargs = boot?.kargs ?? { append: [], delete: [], replace: [] }
  return {
    title: comment(`Fedora CoreOS ${stream} ${release} ${architecture}`),
    stem: `fedora-coreos-${release}-live.${architecture}`,
    kernel: basename(kernel.path),
    initramfs: basename(initramfs.path),
    further: boot?.initrd ? nameInitrd(kernel.artifact) : null,
    rootfs: rootfs ? basename(rootfs.path) : null,
    hasConfig: (boot?.hasConfig ?? false) || kargs.append.some((each) => each.includes(configUrl)),
    kargs,
  }
}

/**
 * Returns the kernel arguments of a live system:
 * https://docs.fedoraproject.org/en-US/fedora-coreos/live-booting/. The running system needs
 * absolute URLs.
 * @throws usage for an argument that the boot loader would interpret
 */
export function writeKargs({ rootfs, hasConfig, kargs }: BootFiles, syntax: LoaderSyntax): string {
  const own = [
    ...(rootfs === null ? [] : [`coreos.live.rootfs_url=${syntax.baseUrl}/${encodeName(rootfs)}`]),
    'ignition.firstboot',
    'ignition.platform.id=metal',
    // This argument takes precedence over a config in an initrd.
    ...(hasConfig ? [] : [`${configUrl}${syntax.configUrl}`]),
  ]
  return editKargs(own.join(' '), kargs)
    .split(' ')
    .map((word) => {
      const quoted = own.includes(word) ? word : syntax.quote(word)
      if (quoted === null)
        throw new KindlingError('usage', { reason: say('karg-of-loader', { word, loader: syntax.loader }) })
      return quoted
    })
    .join(' ')
}

/**
 * Returns the URL-encoded file name: letters, digits, `-`, `.`, `_` and `%`, which no boot loader
 * interprets.
 */
export const encodeName = (name: string): string =>
  encodeURIComponent(name).replaceAll(
    /[!'()*~]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  )

/**
 * Returns text that is safe in a comment of a line; without the name if it cannot be. A backslash
 * at the end of the line would continue it.
 */
const comment = (text: string) => (isPlain(text) ? text.replaceAll('\\', '/') : 'Fedora CoreOS')
