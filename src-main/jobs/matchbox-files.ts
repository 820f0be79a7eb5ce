import { safeFileName } from '../files/safe-file-name.ts'
import { encodeName, writeKargs, type BootFiles, type DescribedBoot } from './boot-files.ts'
import { isInterpreted } from './ipxe-script.ts'

/** Name of the Ignition config that matchbox reads from its folder `ignition`. */
const ignitionId = 'config.ign'

/**
 * Returns a profile and a group with which matchbox boots the live system on all machines:
 * https://matchbox.psdn.io/matchbox/. It copies kernel, initrds and arguments into an iPXE script.
 *
 * A profile has no place for the address of its server, and the root file system is a further
 * initrd, which needs none. Settings of the first boot are in an initrd, too: the machine gets the
 * bytes that the receipt has, while matchbox parses a config and renders it again.
 * @throws usage for a kernel argument that iPXE would interpret
 */
export function writeMatchboxFiles(files: BootFiles): DescribedBoot[] {
  const { title, stem, kernel, initramfs, further, rootfs, hasConfig, kargs } = files
  const id = safeFileName(stem)
  const hasRootfs = rootfs === null || kargs.append.some((each) => each.includes('coreos.live.rootfs_url='))
  // UEFI finds an initrd by the name that the kernel's arguments have.
  const initrds = [
    { name: 'main', file: initramfs },
    ...(hasRootfs ? [] : [{ name: 'rootfs', file: rootfs }]),
    ...(further === null ? [] : [{ name: 'first-boot', file: further }]),
  ]
  const args = writeKargs(
    { ...files, rootfs: null },
    {
      loader: 'iPXE',
      baseUrl: '',
      configUrl: '${cwduri}/ignition?uuid=${uuid}&mac=${mac:hexhyp}',
      quote: (word) => (isInterpreted(word) ? null : word),
    },
  )
  const profile = {
    id,
    name: title,
    ...(hasConfig ? {} : { ignition_id: ignitionId }),
    boot: {
      kernel: locate(kernel),
      initrd: initrds.map(({ name, file }) => `--name ${name} ${locate(file)}`),
      args: [...initrds.map(({ name }) => `initrd=${name}`), ...args.split(' ')],
    },
  }
  // matchbox takes any of several groups without a selector, so there is one file for all profiles.
  const group = { id: 'default', name: title, profile: id, selector: {} }
  return [
    { name: `profiles/${id}.json`, text: write(profile) },
    { name: 'groups/default.json', text: write(group), profile: id },
  ]
}

/** Returns the path at which matchbox serves a file of its folder `assets`. */
const locate = (name: string) => `/assets/${encodeName(name)}`

const write = (value: object) => `${JSON.stringify(value, null, 2)}\n`
