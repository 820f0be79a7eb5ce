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

export interface IpxeScript {
  /** File name. */
  name: string
  text: string
}

const configUrl = 'ignition.config.url='

/** Returns the file name of the further initrd of a live system. */
export const nameInitrd = ({ release, architecture }: Artifact): string =>
  safeFileName(`fedora-coreos-${release}-live-first-boot.${architecture}.img`)

/**
 * Returns a script with which iPXE boots the live system from these files, when they are served
 * from one directory. Null if they are not the files of a network boot. Before August 2020 there
 * was no separate root file system.
 *
 * The arguments: https://docs.fedoraproject.org/en-US/fedora-coreos/live-booting/. iPXE resolves
 * names relative to the script. The running system needs absolute URLs:
 * https://ipxe.org/cfg/cwduri.
 * @param boot – settings of the live system; null for none
 * @throws usage for a kernel argument that iPXE would interpret
 */
export function writeIpxeScript(parts: BootPart[], boot: NetworkBoot | null): IpxeScript | null {
  const find = (name: string) => parts.find(({ artifact }) => artifact.name === name)
  const [kernel, initramfs, rootfs] = [find('kernel'), find('initramfs'), find('rootfs')]
  if (kernel === undefined || initramfs === undefined) return null
  const { stream, release, architecture } = kernel.artifact
  const hasConfig = boot !== null && (boot.hasConfig || boot.kargs.append.some((each) => each.includes(configUrl)))
  const usual = [
    ...(rootfs ? [`coreos.live.rootfs_url=\${base-url}/${nameOf(rootfs)}`] : []),
    'ignition.firstboot',
    'ignition.platform.id=metal',
    // This argument takes precedence over a config in an initrd.
    ...(hasConfig ? [] : [`${configUrl}\${config-url}`]),
  ]
  const kargs = editKargs(usual.join(' '), boot?.kargs ?? {})
  requireUninterpreted(kargs, usual)
  const further = boot?.initrd ? nameInitrd(kernel.artifact) : null
  return {
    name: safeFileName(`fedora-coreos-${release}-live.${architecture}.ipxe`),
    text: `#!ipxe
# Fedora CoreOS${comment(` ${stream} ${release} ${architecture}`)}, live from the network.

# Where this script and the files beside it are served, without a slash at its end. Older iPXE does not know cwduri, and the
# system itself fetches over HTTP(S) or TFTP: then write the address here.
set base-url \${cwduri}
isset \${base-url} || echo This iPXE does not know where its script came from: write it into the script, as base-url.
isset \${base-url} || exit 1
${
  hasConfig
    ? ''
    : `
# Where the Ignition config of the machine is served. To start without one, remove ignition.config.url below.
set config-url \${base-url}/config.ign
`
}
kernel ${nameOf(kernel)} initrd=main ${further ? 'initrd=first-boot ' : ''}${kargs}
initrd --name main ${nameOf(initramfs)}
${further ? `initrd --name first-boot ${encodeName(further)}\n` : ''}boot
`,
  }
}

/**
 * Returns the URL-encoded file name. iPXE interprets spaces, `${`, `||`, `&&` and `#`. The encoding
 * removes them from a name that a third party chose.
 */
const nameOf = ({ path }: BootPart) => encodeName(basename(path))

const encodeName = (name: string) =>
  encodeURIComponent(name).replaceAll(
    /[!'()*~]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  )

/**
 * Returns text that is safe in a comment of the script; empty if it cannot be. A comment ends with
 * its line, but a backslash at the end of the line continues it.
 */
const comment = (text: string) => (isPlain(text) ? text.replaceAll('\\', '/') : '')

/**
 * Refuses kernel arguments that iPXE would interpret. It has no quotes, and nothing that keeps it
 * from expanding a `${` (`src/core/exec.c` of iPXE). A backslash may continue the line.
 * @param own – arguments of the script itself, with variables
 */
function requireUninterpreted(kargs: string, own: string[]): void {
  const word = kargs.split(' ').find((each) => !own.includes(each) && /\$\{|^(?:\|\||&&|;)$|^#|\\$/.test(each))
  if (word !== undefined) throw new KindlingError('usage', { reason: say('karg-of-ipxe', { word }) })
}
