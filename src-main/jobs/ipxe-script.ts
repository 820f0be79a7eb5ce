import { safeFileName } from '../files/safe-file-name.ts'
import { encodeName, writeKargs, type BootFiles, type DescribedBoot } from './boot-files.ts'

/**
 * Returns a script with which iPXE boots the live system, when its files are served from one
 * directory. iPXE resolves names relative to the script: https://ipxe.org/cfg/cwduri.
 * @throws usage for a kernel argument that iPXE would interpret
 */
export function writeIpxeScript(files: BootFiles): DescribedBoot {
  const { title, stem, kernel, initramfs, further, hasConfig } = files
  const kargs = writeKargs(files, {
    loader: 'iPXE',
    baseUrl: '${base-url}',
    configUrl: '${config-url}',
    quote: (word) => (isInterpreted(word) ? null : word),
  })
  return {
    name: safeFileName(`${stem}.ipxe`),
    text: `#!ipxe
# ${title}, live from the network.

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
kernel ${encodeName(kernel)} initrd=main ${further === null ? '' : 'initrd=first-boot '}${kargs}
initrd --name main ${encodeName(initramfs)}
${further === null ? '' : `initrd --name first-boot ${encodeName(further)}\n`}boot
`,
  }
}

/**
 * Returns whether iPXE interprets a word. It has no quotes, and nothing that keeps it from
 * expanding a `${` (`src/core/exec.c` of iPXE). A backslash may continue the line.
 */
export const isInterpreted = (word: string): boolean => /\$\{|^(?:\|\||&&|;)$|^#|\\$/.test(word)
