import { basename } from 'node:path'
import type { Artifact } from '../../src-shared/artifact.ts'
import { isPlain } from '../../src-shared/plain.ts'
import { safeFileName } from '../files/safe-file-name.ts'

/** A file that was fetched, and what of. */
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
 * A script with which iPXE starts the live system from these files, where they are served as they lie. Null when they are
 * not what a network boot takes. Before August 2020 there was no root file system of its own.
 *
 * The arguments: https://docs.fedoraproject.org/en-US/fedora-coreos/live-booting/. iPXE finds a name beside the script by itself,
 * but what the system fetches once it runs has to be a whole address: https://ipxe.org/cfg/cwduri.
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

/** iPXE gives a meaning to spaces, `${`, `||`, `&&` and `#`: a name that somebody else chose has none of them. */
const nameOf = ({ path }: FetchedPart) =>
  encodeURIComponent(basename(path)).replaceAll(
    /[!'()*~]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  )

/** A comment ends with its line, and a backslash at its end goes on. */
const comment = (text: string) => (isPlain(text) ? text.replaceAll('\\', '/') : '')
