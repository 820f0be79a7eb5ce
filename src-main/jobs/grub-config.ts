import { safeFileName } from '../files/safe-file-name.ts'
import { writeKargs, type BootFiles, type DescribedBoot } from './boot-files.ts'

/**
 * Returns a configuration with which GRUB boots the live system, when its files are served from
 * the folder that GRUB itself was started from ("GRUB only offers network support", GRUB manual).
 * @throws usage for a kernel argument that GRUB would change
 */
export function writeGrubConfig(files: BootFiles): DescribedBoot {
  const { title, stem, kernel, initramfs, further, hasConfig } = files
  const initrds = [initramfs, ...(further === null ? [] : [further])].map((name) => quote(`/${name}`)).join(' ')
  const kargs = writeKargs(files, {
    loader: 'GRUB',
    baseUrl: '${base_url}',
    configUrl: '${config_url}',
    // GRUB puts a backslash before these (`grub-core/lib/cmdline.c`), which the kernel keeps.
    quote: (word) => (/["'\\]/.test(word) ? null : quote(word)),
  })
  return {
    name: safeFileName(`${stem}.grub.cfg`),
    text: `# ${title}, live from the network.

# Seconds until the entry starts by itself.
set timeout=5

# Where the files beside this one are served for the system itself, over HTTP(S) or TFTP.
set base_url=tftp://\${net_default_server}
${
  hasConfig
    ? ''
    : `
# Where the Ignition config of the machine is served. To start without one, remove ignition.config.url below.
set config_url=\${base_url}/config.ign
`
}
menuentry ${quote(title)} {
  linux ${quote(`/${kernel}`)} ${kargs}
  initrd ${initrds}
}
`,
  }
}

/** Returns text as one word of GRUB, which interprets nothing between single quotes. */
const quote = (text: string): string => `'${text.replaceAll("'", String.raw`'\''`)}'`
