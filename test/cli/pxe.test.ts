import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdir, readFile, readdir, stat, writeFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { FailureCode } from '../../src-shared/failure-catalog.ts'
import { exitCodeOf } from '../../src-shared/failure.ts'
import { expectSame } from '../support/drives/expect-drive.ts'
import { expectDone, expectFailed, warningsOf } from '../support/expect/expect-events.ts'
import { describeWith, testWith } from '../support/run/needs.ts'
import { runInTerminal } from '../support/programs/run-in-terminal.ts'
import { makeCliWorld, type CliWorld } from '../support/worlds/cli-world.ts'

const key = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOMqqnkVzrm0SdG6UOoqKLsabgH5C9okWi0dh2l9GKJl me@example.org'
const config = JSON.stringify({
  ignition: { version: '3.3.0' },
  passwd: { users: [{ name: 'core', sshAuthorizedKeys: [key] }] },
})
const keyfile = '[connection]\nid=eth0\ntype=ethernet\n'
const disk = '/dev/disk/by-id/nvme-Disk_S123'
const parts = ['kernel', 'initramfs', 'rootfs']
const sha256 = (bytes: Buffer | string) => createHash('sha256').update(bytes).digest('hex')

describeWith(['command:cpio'], 'download of a live system for the network', () => {
  let world: CliWorld
  const given: Record<string, string> = {}
  beforeAll(async () => {
    world = await makeCliWorld({ imageSize: 1024 * 1024 })
    const folder = world.path('given')
    await mkdir(folder)
    const files = {
      'live.ign': config,
      'none.ign': JSON.stringify({ ignition: { version: '3.3.0' } }),
      'eth0.nmconnection': keyfile,
      'pre.sh': '#!/bin/bash\necho hello\n',
      'own.yaml': 'console: [tty0]\n',
      'next.yaml': 'stream: next\n',
      'new.ign': config.replace('3.3.0', '3.6.0'),
    }
    for (const [name, text] of Object.entries(files)) await writeFile((given[name] = `${folder}/${name}`), text)
  })
  afterAll(() => world.dispose())

  async function download(options: string[], directory = world.path('pxe'), format = ['-f', 'pxe']) {
    const run = await world.call(['download', ...format, '-C', directory, '--json', ...options])
    const names = (await readdir(directory).catch(() => [])).toSorted()
    const read = async (ending: string) => {
      const name = names.find((each) => each.endsWith(ending))
      return name === undefined ? null : readFile(join(directory, name))
    }
    return { run, directory, names, initrd: () => read(initrdName()), script: async () => String(await read('.ipxe')) }
  }
  const initrdName = () => `fedora-coreos-${world.release}-live-first-boot.${world.architecture}.img`
  const nameOf = (part: string) => basename(world.find('pxe', part).location)

  /** Unpacks an initrd as the kernel does, which makes no missing folders. */
  async function unpack(initrd: Buffer | null): Promise<Record<string, string>> {
    const [archive, place] = [gunzipSync(initrd!), world.path('unpacked')]
    await mkdir(place)
    execFileSync('cpio', ['-i', '--quiet'], { cwd: place, input: archive })
    const listed = execFileSync('cpio', ['-it', '--quiet'], { input: archive }).toString().trim().split('\n')
    const files: Record<string, string> = {}
    for (const name of listed) {
      const facts = await stat(join(place, name))
      expect(facts.mode & 0o777).toBe(facts.isFile() ? 0o600 : 0o755)
      if (facts.isFile()) files[name] = await readFile(join(place, name), 'utf8')
    }
    return files
  }

  test('makes a further initrd, which the script loads after the signed files', async () => {
    const log = world.path('log')
    const { run, names, directory, initrd, script } = await download([
      ...['--live-ignition', given['live.ign']!, '--network-keyfile', given['eth0.nmconnection']!, '--log', log],
    ])
    const receipt = expectDone(run)
    expect(receipt.warnings).toEqual([])
    expect(await unpack(await initrd())).toEqual({
      'config.ign': config,
      'etc/coreos-firstboot-network/eth0.nmconnection': keyfile,
    })
    // A server that is another user has to read it.
    const modes = [initrdName(), nameOf('kernel')].map(async (name) => (await stat(join(directory, name))).mode)
    expect(new Set(await Promise.all(modes)).size).toBe(1)
    const lines = (await script()).split('\n')
    expect(lines.slice(-5)).toEqual([
      `kernel ${nameOf('kernel')} initrd=main initrd=first-boot coreos.live.rootfs_url=\${base-url}/${nameOf('rootfs')} ignition.firstboot ignition.platform.id=metal`,
      `initrd --name main ${nameOf('initramfs')}`,
      `initrd --name first-boot ${initrdName()}`,
      'boot',
      '',
    ])
    for (const part of parts) expectSame(await readFile(join(directory, nameOf(part))), world.find('pxe', part).content)
    expect(names).toEqual(
      [
        ...parts.flatMap((part) => [nameOf(part), `${nameOf(part)}.sig`]),
        initrdName(),
        basename(receipt.files[4]!.path),
      ].toSorted(),
    )
    const bytes = (await initrd())!
    expect(receipt.files[3]).toEqual({
      path: join(directory, initrdName()),
      bytes: bytes.length,
      sha256: sha256(bytes),
    })
    expect(receipt.firstBoot).toMatchObject({ configSha256: sha256(config), keyfiles: ['eth0.nmconnection'] })
    for (const told of [JSON.stringify(run.events), await readFile(log, 'utf8')])
      expect(told).not.toMatch(/AAAAC3|type=ethernet/)
  })

  test('makes one that installs by itself, and powers the machine off', async () => {
    const { run, initrd } = await download([
      ...['--ssh-key', key, '--dest-device', disk, '--accept-install', '--pre-install', given['pre.sh']!],
      ...['--dest-console', 'ttyS0', '--network-keyfile', given['eth0.nmconnection']!],
    ])
    expect(expectDone(run).firstBoot).toMatchObject({ live: { destDevice: disk, files: ['pre.sh'] } })
    const files = await unpack(await initrd())
    const made = JSON.parse(files['config.ign']!) as {
      storage: { files: { path: string; contents: { source: string } }[] }
      systemd: { units: { name: string }[] }
    }
    expect(made.storage.files.map(({ path }) => path)).toEqual([
      '/usr/local/bin/pre-install-pre.sh',
      '/etc/coreos/dest.ign',
      '/etc/coreos/installer.d/0000-customize.yaml',
    ])
    expect(made.systemd.units.map(({ name }) => name)).toContain('coreos-installer-reboot.service')
  })

  testWith(['command:ignition-validate'], 'makes a config that Ignition itself accepts', async () => {
    const { initrd } = await download(['--ssh-key', key, '--dest-device', disk, '--accept-install'])
    const { 'config.ign': made } = await unpack(await initrd())
    execFileSync('ignition-validate', ['-'], { input: made, stdio: 'pipe' })
  })

  test('gives kernel arguments in the script alone', async () => {
    const { run, names, script } = await download([
      ...['--live-karg-append', 'console=ttyS0', '--live-karg-replace', 'ignition.platform.id=metal=qemu'],
    ])
    expect(expectDone(run).files).toHaveLength(4)
    expect(names).not.toContain(initrdName())
    expect(await script()).toContain(
      ' ignition.firstboot ignition.platform.id=qemu ignition.config.url=${config-url} console=ttyS0\n',
    )
  })

  test('makes the same again, and replaces neither another initrd nor another script', async () => {
    const options = ['-i', given['live.ign']!]
    const first = await download(options)
    const again = await download(options, first.directory)
    expect(expectDone(again.run).files).toHaveLength(5)
    expect(warningsOf(again.run)).toEqual([])

    const other = await download(['--network-keyfile', given['eth0.nmconnection']!], first.directory)
    expect(expectFailed(other.run, 'output-exists', 1).details).toEqual({
      file: join(first.directory, initrdName()),
      reason: 'another file with this name exists already',
    })
    expect(await unpack(await other.initrd())).toEqual({ 'config.ign': config })

    // A script from before would not load the initrd.
    const plain = await download([])
    expect(expectDone(plain.run).files).toHaveLength(4)
    const late = await download(options, plain.directory)
    expect(expectFailed(late.run, 'output-exists', 1).details).toMatchObject({
      file: expect.stringMatching(/\.ipxe$/) as string,
    })
    expect(late.names).toEqual(plain.names)
    expect(await late.script()).toBe(await plain.script())

    // It is found before anything is fetched.
    const directory = world.path('taken')
    await mkdir(directory)
    await writeFile(join(directory, initrdName()), 'my own')
    const taken = await download(options, directory)
    expectFailed(taken.run, 'output-exists', 1)
    expect(taken.names).toEqual([initrdName()])
    expect(String(await taken.initrd())).toBe('my own')
  })

  test('refuses what an older release would ignore', async () => {
    const streams: [string, string[], string | null][] = [
      ['35.20211119.3.0', ['--network-keyfile', given['eth0.nmconnection']!], 'connections'],
      ['35.20211119.3.0', ['--dest-device', disk, '--accept-install'], 'older than December 2021'],
      ['36.20220801.3.0', ['--dest-device', disk, '--accept-install', '--dest-console', 'tty0'], 'console'],
    ]
    for (const [release, options, said] of streams) {
      const stream = await world.publish((metadata) => {
        metadata.architectures[world.architecture]!.artifacts['metal']!.release = release
      })
      const { run, names } = await download(options, undefined, ['-s', stream, '-f', 'pxe'])
      expect(JSON.stringify(expectFailed(run, 'first-boot-unsupported', 3))).toContain(said)
      expect(names).toEqual([])
    }
  })

  test('takes a config that only the installed release accepts, if the installer fetches another', async () => {
    const stream = await world.publish((metadata) => {
      metadata.architectures[world.architecture]!.artifacts['metal']!.release = '41.20241201.3.0'
    })
    const install = async (options: string[]) =>
      (
        await download(['--dest-ignition', given['new.ign']!, '--accept-install', ...options], undefined, [
          '-s',
          stream,
          '-f',
          'pxe',
        ])
      ).run
    const failure = expectFailed(await install(['--dest-device', disk]), 'config-invalid', 2)
    expect(failure.details.problems).toContain('no version above 3.4.0')
    const fetched = ['--live-karg-append', 'coreos.inst.install_dev=sda coreos.inst.stream=next']
    for (const options of [fetched, ['--installer-config', given['next.yaml']!]]) expectDone(await install(options))
    // The live system itself is of the older release.
    expectFailed(await install([...fetched, '--live-ignition', given['new.ign']!]), 'config-invalid', 2)
  })

  test('refuses a stream without an initramfs', async () => {
    const stream = await world.publish(({ architectures }) => {
      delete architectures[world.architecture]!.artifacts['metal']!.formats['pxe']!['initramfs']
    })
    const { run } = await download(['-i', given['live.ign']!], undefined, ['-s', stream, '-f', 'pxe'])
    expect(JSON.stringify(expectFailed(run, 'usage', 2))).toContain('has no kernel and initramfs')
  })

  test.each<[string, () => string[], FailureCode, string]>([
    ['an installation without consent', () => ['--dest-device', disk], 'install-unconfirmed', disk],
    ['a config that lets nobody log in', () => ['-i', given['none.ign']!], 'config-without-login', 'none.ign'],
    ['a config that is none', () => ['-i', given['pre.sh']!], 'config-invalid', 'pre.sh'],
    ['a file that is not there', () => ['--pre-install', '/nothing'], 'first-boot-file-unreadable', '/nothing'],
    ['a script that cannot run', () => ['--pre-install', given['own.yaml']!], 'live-file-refused', 'own.yaml'],
    ['a variable of iPXE', () => ['--live-karg-append', 'a=${b'], 'usage', 'a=${b'],
    ['a command of iPXE', () => ['--live-karg-append', 'a || shell'], 'usage', '||'],
    ['the number of a drive', () => ['--ssh-key', key, '--hostname', 'node-{n}'], 'usage', 'the number of a drive'],
    [
      'an argument that GRUB of the installed system would cut',
      () => ['--dest-device', disk, '--accept-install', '--dest-karg-append', 'a;b'],
      'usage',
      'GRUB would change a;b',
    ],
    ['an argument of two lines', () => ['--live-karg-append', 'a\nshell'], 'usage', 'one line'],
  ])('downloads nothing with %s', async (_, options, code, said) => {
    const { run, names } = await download(options())
    expect(JSON.stringify(expectFailed(run, code, exitCodeOf(code)))).toContain(said)
    expect(names).toEqual([])
  })

  test.each([[['-f', 'iso']], [['-f', 'raw.xz']], [['-u', 'http://127.0.0.1:9/fedora-coreos.iso']]])(
    'refuses a first boot of %s, and says what sets it up',
    async (format) => {
      const { run } = await download(['-i', given['live.ign']!], undefined, format)
      expect(JSON.stringify(expectFailed(run, 'usage', 2))).toContain(
        '--format pxe alone; a drive is set up when it is written',
      )
    },
  )

  testWith(['command:script'], 'asks on the terminal before a disk is erased', async () => {
    const install = (answer: string, directory: string) =>
      runInTerminal(['download', '-f', 'pxe', '-C', directory, '--dest-device', disk, '--ssh-key', key], {
        typed: [[/anyway\? Type "yes": /, answer]],
        env: { KINDLING_KEYRING: world.keyringFile, KINDLING_STREAM_BASE_URL: world.baseUrl },
      })
    const directory = world.path('asked')
    const declined = await install('no\r', directory)
    expect([declined.code, declined.screen.includes('code: declined')], declined.screen).toEqual([2, true])
    expect(declined.screen).toContain(`! A machine started from this live system erases ${disk} without asking.`)
    expect(await readdir(directory).catch(() => [])).toEqual([])
    const agreed = await install('yes\r', directory)
    expect(agreed.code, agreed.screen).toBe(0)
    expect(agreed.stdout).toMatch(/first boot +.*installs on \/dev\/disk\/by-id\/nvme-Disk_S123/)
  })
})
