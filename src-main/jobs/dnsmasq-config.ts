import { safeFileName } from '../files/safe-file-name.ts'
import type { BootFiles, DescribedBoot } from './boot-files.ts'

/**
 * Returns a configuration with which dnsmasq gives addresses to machines, starts iPXE and its
 * script on them, and serves the files.
 * @param directory – folder of the files
 * @param script – file name of the iPXE script
 */
export function writeDnsmasqConfig({ title, stem }: BootFiles, directory: string, script: string): DescribedBoot {
  return {
    name: safeFileName(`${stem}.dnsmasq.conf`),
    text: `# ${title}, live from the network: dnsmasq --no-daemon --conf-file=THIS-FILE

# The addresses to give to machines: write those of your network here. Two DHCP servers in one network contradict each other.
dhcp-range=192.0.2.100,192.0.2.200,1h
port=0

# The files. The user that dnsmasq runs as must be able to read them.
enable-tftp
tftp-root=${quote(directory)}

# Machines that do not start iPXE by themselves get it from the same folder: put undionly.kpxe (BIOS) and ipxe.efi (UEFI, of
# their architecture) there, as the project iPXE publishes them.
dhcp-match=set:ipxe,175
dhcp-match=set:efi,option:client-arch,7
dhcp-match=set:efi,option:client-arch,11
dhcp-boot=tag:!ipxe,tag:!efi,undionly.kpxe
dhcp-boot=tag:!ipxe,tag:efi,ipxe.efi
dhcp-boot=tag:ipxe,${quote(script)}

# Where another DHCP server gives the addresses, remove the lines with dhcp-range and dhcp-boot, and the # before these. Write
# the address of this server in place of 192.0.2.1: dnsmasq then adds the boot file to what the other one answers.
#dhcp-range=192.0.2.1,proxy
#dhcp-boot=tag:ipxe,${quote(script)},,192.0.2.1
#pxe-service=tag:!ipxe,x86PC,"iPXE",undionly.kpxe
#pxe-service=tag:!ipxe,X86-64_EFI,"iPXE",ipxe.efi
`,
  }
}

/** Returns text as one value of dnsmasq, which only interprets backslashes between quotes. */
const quote = (text: string): string =>
  `"${text
    .replaceAll(/["\\]/g, String.raw`\$&`)
    .replaceAll('\n', String.raw`\n`)
    .replaceAll('\r', String.raw`\r`)}"`
