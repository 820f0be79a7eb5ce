import type { BootLoader } from '../../src-shared/job.ts'
import type { BootFiles, DescribedBoot } from './boot-files.ts'
import { writeDnsmasqConfig } from './dnsmasq-config.ts'
import { writeGrubConfig } from './grub-config.ts'
import { writeIpxeScript } from './ipxe-script.ts'
import { writeMatchboxFiles } from './matchbox-files.ts'

/**
 * Returns the files with which a boot loader or a server starts the live system.
 * @param directory – folder that the names of these files are relative to
 * @throws usage for a kernel argument that the boot loader would change
 */
export function describeBoot(files: BootFiles, loader: BootLoader, directory: string): DescribedBoot[] {
  if (loader === 'grub') return [writeGrubConfig(files)]
  if (loader === 'matchbox') return writeMatchboxFiles(files)
  const script = writeIpxeScript(files)
  return loader === 'ipxe' ? [script] : [script, writeDnsmasqConfig(files, directory, script.name)]
}
