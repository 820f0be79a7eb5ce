import { execFileSync } from 'node:child_process'
import { copyFile, mkdir, readFile, readdir, writeFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { expectDone, expectFailed } from '../support/expect/expect-events.ts'
import { kernelFile, makeInitramfs, show, shown } from '../support/machines/machine.ts'
import { testWith, type Need } from '../support/run/needs.ts'
import { serveByDnsmasq, startNetworkMachine, type Beside } from '../support/machines/network-machine.ts'
import { isSoak } from '../support/run/tier.ts'
import { makeCliWorld, type CliWorld } from '../support/worlds/cli-world.ts'

const ovmf = '/usr/share/ovmf/OVMF.fd'
const ipxe = '/usr/lib/ipxe/ipxe.efi'
const key = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOMqqnkVzrm0SdG6UOoqKLsabgH5C9okWi0dh2l9GKJl me@example.org'
const config = JSON.stringify({
  ignition: { version: '3.3.0' },
  passwd: { users: [{ name: 'core', sshAuthorizedKeys: [key] }] },
})

describe('download --for', () => {
  let world: CliWorld
  beforeAll(async () => {
    world = await makeCliWorld({ imageSize: 1024 * 1024 })
  })
  afterAll(() => world.dispose())

  /** Downloads into a folder whose name configurations could interpret. */
  async function download(options: string[], format = ['-f', 'pxe']) {
    const parent = world.path('boot')
    const directory = join(parent, `a b,c"d#'$(x) \\e`)
    await mkdir(directory, { recursive: true })
    const run = await world.call(['download', ...format, '-C', directory, '--json', ...options])
    const find = async (ending: string) => {
      const name = (await readdir(directory)).find((each) => each.endsWith(ending))
      return name === undefined ? null : join(directory, name)
    }
    return { run, directory, find }
  }
  const nameOf = (part: string) => basename(world.find('pxe', part).location)
  const initrdName = () => `fedora-coreos-${world.release}-live-first-boot.${world.architecture}.img`

  testWith(['command:grub-script-check'], 'grub: makes a configuration that GRUB reads as it is meant', async () => {
    const kargs = ['a=$b', "c;reboot'", '{d}', '# e', 'f=${g}', 'h||i']
    const refused = await download(['--for', 'grub', '--live-karg-append', kargs[1]!])
    expect(JSON.stringify(expectFailed(refused.run, 'usage', 2))).toContain('GRUB')
    expect(await readdir(refused.directory)).toEqual([])

    kargs[1] = 'c;reboot'
    const appended = kargs.flatMap((karg) => ['--live-karg-append', karg])
    const { run, find } = await download(['--for', 'grub', '--ssh-key', key, ...appended])
    expect(expectDone(run).files.map(({ path }) => basename(path))).toEqual([
      ...['kernel', 'initramfs', 'rootfs'].map(nameOf),
      initrdName(),
      `fedora-coreos-${world.release}-live.${world.architecture}.grub.cfg`,
    ])
    expect(await find('.ipxe')).toBeNull()
    const config = (await find('.grub.cfg'))!
    execFileSync('grub-script-check', [config], { stdio: 'pipe' })
    // Quotes and variables are those of a shell.
    const [settings, entry] = (await readFile(config, 'utf8')).split(/^menuentry .*\{$/m)
    const commands = settings!.replaceAll(/^set /gm, '') + entry!.replace(/\}\s*$/, '')
    const show = `linux() { printf 'linux<%s>\\n' "$@"; }; initrd() { printf 'initrd<%s>\\n' "$@"; }\n${commands}`
    const words = execFileSync('sh', ['-c', show], { env: { net_default_server: '192.0.2.1' } }).toString()
    expect(words.trim().split('\n')).toEqual([
      `linux</${nameOf('kernel')}>`,
      `linux<coreos.live.rootfs_url=tftp://192.0.2.1/${nameOf('rootfs')}>`,
      'linux<ignition.firstboot>',
      'linux<ignition.platform.id=metal>',
      ...kargs.flatMap((karg) => karg.split(' ')).map((word) => `linux<${word}>`),
      `initrd</${nameOf('initramfs')}>`,
      `initrd</${initrdName()}>`,
    ])
  })

  test('grub: asks the server for a config if there is none', async () => {
    const { find } = await download(['--for', 'grub'])
    const config = await readFile((await find('.grub.cfg'))!, 'utf8')
    expect(config).toContain('set config_url=${base_url}/config.ign\n')
    expect(config).toMatch(/ ignition\.config\.url=\$\{config_url\}\n {2}initrd '[^' ]+'\n/)
  })

  testWith(['command:dnsmasq'], 'dnsmasq: makes a configuration that dnsmasq accepts', async () => {
    const { run, find } = await download(['--for', 'dnsmasq'])
    expect(expectDone(run).files).toHaveLength(5)
    execFileSync('dnsmasq', ['--test', `--conf-file=${await find('.dnsmasq.conf')}`], { stdio: 'pipe' })
  })

  testWith(
    ['network-boot', 'machine'],
    'dnsmasq: starts a machine over the network, with the initrds and the arguments',
    async () => {
      const ignition = await world.save('config.ign', Buffer.from(config), null)
      const { find, directory } = await download([
        ...['--for', 'dnsmasq', '-i', ignition, '--live-karg-append', 'console=ttyS0 quiet a=$b'],
      ])
      // Older iPXE does not know the address of its script.
      const script = (await find('.ipxe'))!
      const text = await readFile(script, 'utf8')
      await writeFile(script, text.replace('set base-url ${cwduri}', 'set base-url tftp://192.0.2.1'))
      // A kernel and an initrd of Debian: those of the mirror are noise.
      const init = ['config.ign', 'proc/cmdline'].map((each) => show(basename(each), `/${each}`))
      await copyFile(kernelFile, join(directory, nameOf('kernel')))
      await writeFile(join(directory, nameOf('initramfs')), await makeInitramfs(init.join('\n')))
      const serial = await startNetworkMachine([serveByDnsmasq((await find('.dnsmasq.conf'))!)], { memory: 512 })
      expect(shown(serial, 'config.ign')).toBe(config)
      expect(shown(serial, 'cmdline').trim()).toBe(
        `initrd=main initrd=first-boot coreos.live.rootfs_url=tftp://192.0.2.1/${nameOf('rootfs')} ignition.firstboot ignition.platform.id=metal console=ttyS0 quiet a=$b`,
      )
    },
    300_000,
  )

  /** The second card has no iPXE in its ROM: the firmware fetches it. */
  const machines: [name: string, card: string, firmware: string[], needs: Need[]][] = [
    ['with iPXE', 'e1000', [], []],
    ['with UEFI', 'virtio-net-pci,romfile=', ['-bios', ovmf], [`file:${ovmf}`, `file:${ipxe}`]],
  ]
  for (const [name, card, firmware, needs] of isSoak ? machines : machines.slice(0, 1))
    testWith(
      ['network-boot', ...needs],
      `dnsmasq: starts a machine ${name} beside another DHCP server`,
      async () => {
        const { find, directory } = await download(['--for', 'dnsmasq', '--ssh-key', key])
        if (firmware.length > 0) await copyFile(ipxe, join(directory, 'ipxe.efi'))
        const file = (await find('.dnsmasq.conf'))!
        // As the comments in it say.
        const text = await readFile(file, 'utf8')
        const edited = text
          .replaceAll(/^dhcp-(?:range|boot)=.*\n/gm, '')
          .replaceAll(/^#(?=dhcp-range|dhcp-boot|pxe-service)/gm, '')
        expect(edited).not.toBe(text)
        await writeFile(file, edited)
        await writeFile((await find('.ipxe'))!, '#!ipxe\nshow net0/ip\nshow net0/gateway\necho THE END\n')
        const other = world.path('other.conf')
        await writeFile(other, 'port=0\ndhcp-range=192.0.2.150,192.0.2.150,1h\ndhcp-option=option:router,192.0.2.254\n')
        const on = (tap: string, config: string): Beside => [
          ...serveByDnsmasq(config),
          ...[`--interface=${tap}`, '--bind-interfaces'],
        ]
        const serial = await startNetworkMachine([on('tap0', file)], {
          ...{ card, firmware, memory: firmware.length > 0 ? 512 : 128 },
          ...{ other: on('tap1', other), until: /THE END/ },
        })
        expect(serial).toMatch(/ip:ipv4 = 192\.0\.2\.150\r?\n/)
        expect(serial).toMatch(/gateway:ipv4 = 192\.0\.2\.254\r?\n/)
      },
      300_000,
    )

  test('refuses another format', async () => {
    const { run } = await download(['--for', 'grub'], ['-f', 'iso'])
    expect(JSON.stringify(expectFailed(run, 'usage', 2))).toContain('made for --format pxe alone')
  })
})
