import { execFileSync, spawn } from 'node:child_process'
import { mkdir, readFile, readdir, writeFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { expectDone, expectFailed } from '../support/expect-events.ts'
import { testWith } from '../support/needs.ts'
import { makeCliWorld, type CliWorld } from '../support/worlds/cli-world.ts'

const key = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIHk3 me@example.org'

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

  it('grub: asks the server for a config if there is none', async () => {
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
    ['network-boot'],
    'dnsmasq: starts a machine over the network, with the initrds and the arguments',
    async () => {
      const { find, directory } = await download([
        ...['--for', 'dnsmasq', '--ssh-key', key, '--live-karg-append', 'quiet a=$b'],
      ])
      // Older iPXE does not know the address of its script. It takes another script as a kernel.
      const script = (await find('.ipxe'))!
      const text = await readFile(script, 'utf8')
      const edited = text
        .replace('set base-url ${cwduri}', 'set base-url tftp://192.0.2.1')
        .replace(/^boot$/m, 'imgstat\necho THE END')
      await writeFile(script, edited)
      await writeFile(join(directory, nameOf('kernel')), '#!ipxe\n')
      const serial = await startMachine((await find('.dnsmasq.conf'))!)
      const images = serial.replaceAll(/\r?\n/g, '')
      const sizeOf = async (name: string) => (await readFile(join(directory, name))).length
      expect(images).toContain(`main : ${await sizeOf(nameOf('initramfs'))} bytes`)
      expect(images).toContain(`first-boot : ${await sizeOf(initrdName())} bytes`)
      expect(images).toContain(
        `"initrd=main initrd=first-boot coreos.live.rootfs_url=tftp://192.0.2.1/${nameOf('rootfs')} ignition.firstboot ignition.platform.id=metal quiet a=$b"`,
      )
    },
  )

  it('refuses another format', async () => {
    const { run } = await download(['--for', 'grub'], ['-f', 'iso'])
    expect(JSON.stringify(expectFailed(run, 'usage', 2))).toContain('made for --format pxe alone')
  })
})

/**
 * Starts a machine without a disk in a network of its own, in which dnsmasq runs.
 * @returns the output of the machine's serial line, up to its end
 */
function startMachine(config: string): Promise<string> {
  const commands = `
    ip link set lo up
    ip tuntap add tap0 mode tap && ip addr add 192.0.2.1/24 dev tap0 && ip link set tap0 up
    dnsmasq --keep-in-foreground --user=root --pid-file= --log-facility=- --leasefile-ro --conf-file="$1" >&2 &
    exec qemu-system-x86_64 -machine pc,graphics=off -m 128 -display none -nodefaults -serial stdio -no-reboot -boot n \
      -netdev tap,id=net,ifname=tap0,script=no,downscript=no -device e1000,netdev=net`
  const machine = spawn('unshare', ['--net', '--pid', '--fork', '--kill-child', 'sh', '-c', commands, 'sh', config])
  return new Promise((resolve, reject) => {
    let [serial, log] = ['', '']
    machine.stderr.on('data', (bytes: Buffer) => (log += bytes.toString()))
    machine.stdout.on('data', (bytes: Buffer) => {
      serial += bytes.toString()
      if (/THE END|No bootable device/.test(serial)) machine.kill('SIGKILL')
    })
    machine.on('error', reject)
    machine.on('close', () => (serial.includes('THE END') ? resolve(serial) : reject(new Error(`${serial}\n${log}`))))
  })
}
