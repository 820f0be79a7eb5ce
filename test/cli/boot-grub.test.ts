import { execFileSync } from 'node:child_process'
import { copyFile, readdir, writeFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { afterAll, beforeAll, expect } from 'vitest'
import { expectDone } from '../support/expect/expect-events.ts'
import { kernelFile, makeInitramfs, show, shown } from '../support/machines/machine.ts'
import { describeWith, testWith, type Need } from '../support/run/needs.ts'
import { serveByDnsmasq, startNetworkMachine } from '../support/machines/network-machine.ts'
import { makeCliWorld, type CliWorld } from '../support/worlds/cli-world.ts'

const key = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOMqqnkVzrm0SdG6UOoqKLsabgH5C9okWi0dh2l9GKJl me@example.org'
const config = JSON.stringify({
  ignition: { version: '3.3.0' },
  passwd: { users: [{ name: 'core', sshAuthorizedKeys: [key] }] },
})
const ovmf = '/usr/share/ovmf/OVMF.fd'

/** Systems of machines: GRUB's name, the file that they start, and QEMU's options. */
const systems: [system: string, grub: string, file: string, firmware: string[], needs: Need[]][] = [
  ['BIOS', 'i386-pc', 'core.0', [], ['file:/usr/lib/grub/i386-pc']],
  ['UEFI', 'x86_64-efi', 'core.efi', ['-bios', ovmf], ['file:/usr/lib/grub/x86_64-efi', `file:${ovmf}`]],
]

describeWith(['network-boot', 'machine', 'command:grub-mknetdir'], 'download --for grub', () => {
  let world: CliWorld
  beforeAll(async () => {
    world = await makeCliWorld({ imageSize: 1024 * 1024 })
  })
  afterAll(() => world.dispose())

  for (const [system, grub, started, firmware, needs] of systems)
    testWith(
      needs,
      `starts a machine with ${system}, with all initrds and arguments`,
      async () => {
        const directory = world.path('tftp')
        const ignition = await world.save('config.ign', Buffer.from(config), null)
        const settings = ['-i', ignition, '--live-karg-append', 'console=ttyS0 quiet a=$b c;d']
        const source = ['-f', 'pxe', '--for', 'grub', '-C', directory]
        expectDone(await world.call(['download', ...source, '--json', ...settings]))
        const nameOf = (part: string) => basename(world.find('pxe', part).location)
        // A kernel and an initrd of Debian: those of the mirror are noise.
        const init = ['config.ign', 'proc/cmdline'].map((each) => show(basename(each), `/${each}`))
        await copyFile(kernelFile, join(directory, nameOf('kernel')))
        await writeFile(join(directory, nameOf('initramfs')), await makeInitramfs(init.join('\n')))

        const made = (await readdir(directory)).find((name) => name.endsWith('.grub.cfg'))!
        execFileSync('grub-mknetdir', [`--net-directory=${directory}`, '-d', `/usr/lib/grub/${grub}`], {
          stdio: 'pipe',
        })
        await copyFile(join(directory, made), join(directory, 'boot', 'grub', 'grub.cfg'))
        const dhcp = world.path('dnsmasq.conf')
        const lines = ['port=0', 'dhcp-range=192.0.2.100,192.0.2.200,1h', 'enable-tftp', `tftp-root=${directory}`]
        await writeFile(dhcp, [...lines, `dhcp-boot=boot/grub/${grub}/${started}`, ''].join('\n'))

        const serial = await startNetworkMachine([serveByDnsmasq(dhcp)], { memory: 512, firmware })
        expect(shown(serial, 'config.ign')).toBe(config)
        const rootfs = `coreos.live.rootfs_url=tftp://192.0.2.1/${nameOf('rootfs')}`
        expect(shown(serial, 'cmdline').trim().split(' ').slice(1).join(' ')).toBe(
          `${rootfs} ignition.firstboot ignition.platform.id=metal console=ttyS0 quiet a=$b c;d`,
        )
      },
      300_000,
    )
})
