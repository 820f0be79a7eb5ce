import { basename } from 'node:path'
import type { Artifact } from '../../src-shared/artifact.ts'
import { isPlain } from '../../src-shared/plain.ts'
import { safeFileName } from '../files/safe-file-name.ts'

/** A downloaded file and its artifact. */
export interface FetchedPart {
  artifact: Artifact
  path: string
}

export interface IpxeScript {
  /** File name. */
  name: string
  text: string
}

/**
 * Returns a script with which iPXE boots the live system from these files, when they are served
 * from one directory. Null if they are not the files of a network boot. Before August 2020 there
 * was no separate root file system.
 *
 * The arguments: https://docs.fedoraproject.org/en-US/fedora-coreos/live-booting/. iPXE resolves
 * names relative to the script. The running system needs absolute URLs:
 * https://ipxe.org/cfg/cwduri.
 */
export function writeIpxeScript(parts: FetchedPart[]): IpxeScript | null {
  const find = (name: string) => parts.find(({ artifact }) => artifact.name === name)
  const [kernel, initramfs, rootfs] = [find('kernel'), find('initramfs'), find('rootfs')]
  if (kernel === undefined || initramfs === undefined) return null
  const { stream, release, architecture } = kernel.artifact
  const words = [
    `kernel ${nameOf(kernel)} initrd=main`,
    ...(rootfs ? [`coreos.live.rootfs_url=\${base-url}/${nameOf(rootfs)}`] : []),
    'ignition.firstboot ignition.platform.id=metal ignition.config.url=${config-url}',
  ]
  return {
    name: safeFileName(`fedora-coreos-${release}-live.${architecture}.ipxe`),
    text: `#!ipxe
# Fedora CoreOS${comment(` ${stream} ${release} ${architecture}`)}, live from the network.

# Where this script and the files beside it are served, without a slash at its end. Older iPXE does not know cwduri, and the
# system itself fetches over HTTP(S) or TFTP: then write the address here.
set base-url \${cwduri}
isset \${base-url} || echo This iPXE does not know where its script came from: write it into the script, as base-url.
isset \${base-url} || exit 1

# Where the Ignition config of the machine is served. To start without one, remove ignition.config.url below.
set config-url \${base-url}/config.ign

${words.join(' ')}
initrd --name main ${nameOf(initramfs)}
boot
`,
  }
}

/**
 * Returns the URL-encoded file name. iPXE interprets spaces, `${`, `||`, `&&` and `#`. The encoding
 * removes them from a name that a third party chose.
 */
const nameOf = ({ path }: FetchedPart) =>
  encodeURIComponent(basename(path)).replaceAll(
    /[!'()*~]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  )

/**
 * Returns text that is safe in a comment of the script; empty if it cannot be. A comment ends with
 * its line, but a backslash at the end of the line continues it.
 */
const comment = (text: string) => (isPlain(text) ? text.replaceAll('\\', '/') : '')
