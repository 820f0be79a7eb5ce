import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { copyFile, mkdir, readFile, writeFile } from 'node:fs/promises'
import { gunzipSync, inflateSync } from 'node:zlib'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { FailureCode } from '../../src-shared/failure-catalog.ts'
import { exitCodeOf } from '../../src-shared/failure.ts'
import { releaseDisk } from '../../src-main/first-boot/release-disk.ts'
import type { Receipt } from '../../src-shared/receipt.ts'
import { makeCertificate } from '../support/mirror/certificate.ts'
import { makeLoop } from '../support/drives/devices.ts'
import { expectDone, expectFailed } from '../support/expect/expect-events.ts'
import { defaultKargs, makeLiveIso, type LiveIso, type LiveLayout } from '../support/images/live-iso.ts'
import { makeNoise } from '../support/images/random-bytes.ts'
import { describeWith, testWith } from '../support/run/needs.ts'
import { runInTerminal } from '../support/programs/run-in-terminal.ts'
import { makeCliWorld, type CliWorld } from '../support/worlds/cli-world.ts'
import { mib } from '../support/files/mib.ts'

const key = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOMqqnkVzrm0SdG6UOoqKLsabgH5C9okWi0dh2l9GKJl me@example.org'
const configOf = (name: string) =>
  JSON.stringify({ ignition: { version: '3.3.0' }, passwd: { users: [{ name, sshAuthorizedKeys: [key] }] } })
const disk = '/dev/disk/by-id/nvme-Disk_S123'
const keyfile = '[connection]\nid=eth0\ntype=ethernet\n'
const script = '#!/bin/bash\necho hello\n'

interface MadeConfig {
  ignition: {
    version: string
    config?: { merge: { source: string; compression: string }[] }
    security?: { tls: { certificateAuthorities: { source: string; compression: string }[] } }
  }
  storage?: { files: { path: string; mode: number; contents: { source: string; compression: string } }[] }
  systemd?: { units: { name: string; enabled?: boolean; contents?: string; dropins?: { contents: string }[] }[] }
}

/** Decodes a data URL as this test knows it: base64 or percent-encoded, perhaps gzip. */
function decode({ source, compression }: { source: string; compression: string }): string {
  const data = decodeURIComponent(source.slice(source.indexOf(',') + 1))
  const bytes = source.includes(';base64,') ? Buffer.from(data, 'base64') : Buffer.from(data)
  return (compression === 'gzip' ? gunzipSync(bytes) : bytes).toString()
}

describeWith(['command:xorriso', 'command:cpio'], 'a live ISO on a drive', () => {
  let world: CliWorld
  let iso: LiveIso
  let source: string
  /** Files that settings are read from, by their names. */
  const given: Record<string, string> = {}
  beforeAll(async () => {
    world = await makeCliWorld()
    iso = await makeLiveIso()
    source = await world.save('live.iso', iso.image)
    const { cert } = await makeCertificate()
    const folder = world.path('given')
    await mkdir(folder)
    const files = {
      'live.ign': configOf('core'),
      'other.ign': configOf('other'),
      'dest.ign': configOf('core'),
      'none.ign': JSON.stringify({ ignition: { version: '3.3.0' } }),
      'eth0.nmconnection': keyfile,
      'pre.sh': script,
      'post.sh': script,
      'ca.pem': cert,
      'own.yaml': 'console: [tty0]\n',
    }
    for (const [name, text] of Object.entries(files)) {
      given[name] = `${folder}/${name}`
      await writeFile(given[name], text)
    }
  })
  afterAll(() => world.dispose())

  const makeDrive = () => world.makeDrive(iso.image.length + 4 * mib)
  const write = (drive: string, options: string[], image = source) =>
    world.call(['write', '--image-file', image, '--drive', drive, '--yes', '--json', ...options])
  const fileOf = (name: string) => given[name]!

  const everything = () => [
    ...['--live-ignition', fileOf('live.ign'), '--live-karg-append', 'quiet', '--live-karg-delete'],
    ...['mitigations=auto,nosmt', '--live-karg-replace', 'ignition.platform.id=metal=qemu'],
    ...['--network-keyfile', fileOf('eth0.nmconnection'), '--dest-device', disk, '--accept-install'],
    ...['--dest-ignition', fileOf('dest.ign'), '--dest-karg-append', 'a', '--dest-karg-delete', 'b'],
    ...['--dest-console', 'ttyS0', '--pre-install', fileOf('pre.sh'), '--post-install', fileOf('post.sh')],
    ...['--ignition-ca', fileOf('ca.pem'), '--installer-config', fileOf('own.yaml')],
  ]
  const editedKargs = `${defaultKargs
    .replace('mitigations=auto,nosmt ', '')
    .replace('platform.id=metal', 'platform.id=qemu')} quiet`

  /** Reads a drive as other programs do: files by xorriso, the archive by cpio. */
  async function readSettings(drive: string): Promise<{ kargs: string[]; members: string[]; files: string[] }> {
    const place = world.path('extracted')
    execFileSync('xorriso', ['-osirrox', 'on', '-indev', drive, '-extract', '/', place], { stdio: 'pipe' })
    const area = await readFile(`${place}/images/ignition.img`)
    const kargs = await Promise.all(
      ['EFI/fedora/grub.cfg', 'isolinux/isolinux.cfg'].map(async (name) => {
        const text = await readFile(`${place}/${name}`, 'utf8')
        return /(?:vmlinuz|initrd\.img) (.*)/.exec(text)![1]!
      }),
    )
    if (area.every((byte) => byte === 0)) return { kargs, members: [], files: [] }
    const unpacked = world.path('unpacked')
    await mkdir(unpacked)
    const archive = gunzipSync(area)
    execFileSync('cpio', ['-i', '--quiet'], { cwd: unpacked, input: archive })
    const members = execFileSync('cpio', ['-itv', '--quiet'], { input: archive }).toString().trim().split('\n')
    const names = members.filter((line) => line.startsWith('-')).map((line) => line.split(' ').at(-1)!)
    return {
      kargs,
      members: names,
      files: await Promise.all(names.map((name) => readFile(`${unpacked}/${name}`, 'utf8'))),
    }
  }
  const readConfig = async (drive: string) => JSON.parse((await readSettings(drive)).files[0]!) as MadeConfig

  /** Puts the bytes of the image back that the receipt has. */
  function restore(drive: Buffer, receipt: Receipt, { image } = iso): Buffer {
    for (const { offset, length, original } of receipt.drive!.firstBoot!.edits) {
      const bytes = inflateSync(Buffer.from(original, 'base64'))
      expect(bytes.length).toBe(length)
      bytes.copy(drive, offset)
    }
    return drive.subarray(0, image.length)
  }

  test('gets everything that an installation without hands needs, and the receipt leads back to the image', async () => {
    const drive = await makeDrive()
    const log = world.path('log')
    const run = await write(drive.path, [...everything(), '--log', log])
    const receipt = expectDone(run)
    expect(receipt.drive!.state).toBe('proved')
    expect(receipt.warnings).toEqual([])
    const { kargs, members, files } = await readSettings(drive.path)
    expect(kargs).toEqual([editedKargs, editedKargs])
    expect(members).toEqual(['config.ign', 'etc/coreos-firstboot-network/eth0.nmconnection'])
    expect(files[1]).toBe(keyfile)

    const made = JSON.parse(files[0]!) as MadeConfig
    expect(made.ignition.version).toBe('3.3.0')
    expect(made.ignition.config!.merge.map(decode)).toEqual([configOf('core')])
    const ca = await readFile(fileOf('ca.pem'), 'utf8')
    expect(made.ignition.security!.tls.certificateAuthorities.map(decode)).toEqual([ca])
    const written = made.storage!.files.map(({ path, mode, contents }) => [path, mode, decode(contents)] as const)
    expect(written.map(([path, mode]) => [path, mode])).toEqual([
      ['/usr/local/bin/pre-install-pre.sh', 0o700],
      ['/usr/local/bin/post-install-post.sh', 0o700],
      ['/etc/coreos/dest.ign', 0o600],
      ['/etc/coreos/installer.d/0000-own.yaml', 0o600],
      ['/etc/coreos/installer.d/0001-customize.yaml', 0o600],
    ])
    const [pre, post, dest, own, customize] = written.map(([, , text]) => text)
    expect([pre, post, own]).toEqual([script, script, 'console: [tty0]\n'])
    expect(JSON.parse(customize!)).toEqual({
      'dest-device': disk,
      'ignition-file': '/etc/coreos/dest.ign',
      'append-karg': ['a'],
      'delete-karg': ['b'],
      console: ['ttyS0,9600n8'],
      'copy-network': true,
    })
    // The certificates are also for the installed system, so its config is wrapped.
    const installed = JSON.parse(dest!) as MadeConfig
    expect(installed.ignition.config!.merge.map(decode)).toEqual([configOf('core')])
    expect(installed.ignition.security!.tls.certificateAuthorities.map(decode)).toEqual([ca])
    expect(made.systemd!.units.map(({ name, enabled = false }) => [name, enabled])).toEqual([
      ['pre-install-pre.sh.service', true],
      ['post-install-post.sh.service', true],
      ['coreos-installer-reboot.service', false],
    ])
    expect(made.systemd!.units[0]!.contents).toMatch(
      /\nAfter=coreos-installer-pre\.target\nBefore=coreos-installer\.service\n(?:.*\n)*RequiredBy=coreos-installer\.service\n$/,
    )
    expect(made.systemd!.units[2]!.dropins![0]!.contents).toMatch(/^ExecStart=\nExecStart=\S+ --no-block poweroff$/m)

    const { edits, ...done } = receipt.drive!.firstBoot!
    expect(done).toEqual({
      configSha256: createHash('sha256').update(files[0]!).digest('hex'),
      configSize: files[0]!.length,
      hostname: null,
      appendKargs: ['quiet'],
      deleteKargs: ['mitigations=auto,nosmt'],
      consoles: [],
      platform: null,
      firstbootArgs: null,
      keyfiles: ['eth0.nmconnection'],
      live: {
        replaceKargs: ['ignition.platform.id=metal=qemu'],
        destDevice: disk,
        destConfigSha256: createHash('sha256').update(dest!).digest('hex'),
        destAppendKargs: ['a'],
        destDeleteKargs: ['b'],
        destConsoles: ['ttyS0,9600n8'],
        files: ['pre.sh', 'post.sh', 'ca.pem', 'own.yaml'],
      },
      hasReceipt: true,
    })
    expect(edits).toHaveLength(3)
    expect(restore(await drive.read(), receipt).equals(iso.image)).toBe(true)
    for (const told of [JSON.stringify(run.events), run.stderr, await readFile(log, 'utf8')])
      expect(told).not.toMatch(/AAAAC3|\[connection\]|echo hello/)
  })

  testWith(['command:ignition-validate'], 'gets configs that Ignition itself accepts', async () => {
    const drive = await makeDrive()
    expectDone(await write(drive.path, everything()))
    const made = await readConfig(drive.path)
    const dest = decode(made.storage!.files.find(({ path }) => path === '/etc/coreos/dest.ign')!.contents)
    for (const config of [JSON.stringify(made), dest])
      execFileSync('ignition-validate', ['-'], { input: config, stdio: 'pipe' })
  })

  testWith(['loop'], 'is set up on block devices', async () => {
    for (const sectorSize of [512, 4096] as const) {
      const loop = await makeLoop({ size: iso.image.length + 4 * mib, sectorSize })
      try {
        const receipt = expectDone(await write(loop.device, everything()))
        expect(receipt.drive).toMatchObject({ state: 'proved', pastCache: true })
        const [bytes, file] = [await readFile(loop.device), world.path('copy.iso')]
        await writeFile(file, bytes)
        const { kargs, files } = await readSettings(file)
        expect(kargs).toEqual([editedKargs, editedKargs])
        expect(createHash('sha256').update(files[0]!).digest('hex')).toBe(receipt.drive!.firstBoot!.configSha256)
        expect(restore(bytes, receipt).equals(iso.image)).toBe(true)
      } finally {
        await loop.dispose()
      }
    }
  })

  test('is set up wherever its places are: in the first MiB, behind it, and across its end', async () => {
    for (const size of [4096, 2 * mib, mib - 400_000]) {
      const made = await makeLiveIso({
        // xorriso places files by their names.
        change: (files) => (files['AAA/filler.img'] = makeNoise(size, 9)),
      })
      const image = await world.save('live.iso', made.image)
      const drive = await world.makeDrive(made.image.length + mib)
      const receipt = expectDone(await write(drive.path, everything(), image))
      expect((await readSettings(drive.path)).kargs).toEqual([editedKargs, editedKargs])
      expect(restore(await drive.read(), receipt, made).equals(made.image)).toBe(true)
    }
  })

  test('is set up on several drives at once, each with its number', async () => {
    const drives = await Promise.all([1, 2].map(makeDrive))
    const named = drives.flatMap(({ path }) => ['--drive', path])
    const run = await world.call([
      ...['write', '--image-file', source, ...named, '--yes', '--json', '--ssh-key', key],
      ...['--hostname', 'node-{n}', '--dest-device', disk, '--accept-install'],
    ])
    expect(run.code, run.stdout).toBe(0)
    for (const [index, drive] of drives.entries()) {
      const made = await readConfig(drive.path)
      // With an installation, answers are those of the installed system.
      expect(made.ignition.config).toBeUndefined()
      const dest = decode(made.storage!.files[0]!.contents)
      expect(JSON.parse(dest)).toMatchObject({
        passwd: { users: [{ sshAuthorizedKeys: [key] }] },
        storage: { files: [{ path: '/etc/hostname', contents: { source: `data:,node-${index + 1}` } }] },
      })
    }
  })

  test('gets a single config of the live system as it was given, and of several merges each', async () => {
    const drive = await makeDrive()
    for (const options of [['-i'], ['--live-ignition']]) {
      expectDone(await write(drive.path, [...options, fileOf('live.ign')]))
      expect((await readSettings(drive.path)).files).toEqual([configOf('core')])
    }
    expectDone(await write(drive.path, ['-i', fileOf('live.ign'), '--live-ignition', fileOf('other.ign')]))
    const { ignition } = await readConfig(drive.path)
    expect(ignition.config!.merge.map(decode).toSorted()).toEqual([configOf('core'), configOf('other')])
  })

  test('gets no config if only its kernel arguments change, so that it still logs in by itself', async () => {
    const drive = await makeDrive()
    expectDone(await write(drive.path, ['--live-karg-append', 'quiet']))
    expect(await readSettings(drive.path)).toEqual({
      kargs: Array<string>(2).fill(`${defaultKargs} quiet`),
      members: [],
      files: [],
    })
  })

  test('powers the machine off after the installation unless told otherwise', async () => {
    const drive = await makeDrive()
    const install = ['--dest-device', disk, '--accept-install', '--dest-ignition', fileOf('dest.ign')]
    expectDone(await write(drive.path, install))
    expect((await readConfig(drive.path)).systemd!.units).toHaveLength(1)
    expectDone(await write(drive.path, [...install, '--reboot-after-install']))
    const made = await readConfig(drive.path)
    expect(made.systemd).toBeUndefined()
    expect(decode(made.storage!.files[0]!.contents)).toBe(configOf('core'))
  })

  test('gets a script that releases the disk of the machine if that is asked for', async () => {
    const drive = await makeDrive()
    const install = ['--dest-device', disk, '--accept-install', '--dest-ignition', fileOf('dest.ign')]
    const scripts = ['--pre-install', fileOf('pre.sh'), '--pre-install', fileOf('post.sh')]
    const receipt = expectDone(await write(drive.path, [...install, ...scripts, '--dest-wipe']))
    expect(receipt.drive!.firstBoot!.live!.files).toEqual(['release-disk', 'pre.sh', 'post.sh'])
    const { storage, systemd } = await readConfig(drive.path)
    expect(storage!.files[0]).toMatchObject({ path: '/usr/local/bin/pre-install-release-disk', mode: 0o700 })
    expect(decode(storage!.files[0]!.contents)).toBe(releaseDisk(disk).bytes.toString())
    expect(decode(storage!.files[0]!.contents)).toContain(`"${disk}"`)
    expect(systemd!.units[0]).toMatchObject({ name: 'pre-install-release-disk.service', enabled: true })
    // The disk is released before the scripts run, which run in the order in which they were given.
    const order = systemd!.units.map(({ name, contents }) => [name, /Requires=(.*)\nAfter=\1\n/.exec(contents!)?.[1]])
    expect(order.slice(0, 3)).toEqual([
      ['pre-install-release-disk.service', undefined],
      ['pre-install-pre.sh.service', 'pre-install-release-disk.service'],
      ['pre-install-post.sh.service', 'pre-install-pre.sh.service'],
    ])
    for (const { contents } of systemd!.units.slice(0, 3))
      expect(contents).toMatch(/After=coreos-installer-pre\.target\n(?:.*\n)*Before=coreos-installer\.service\n/)
  })

  test('warns of a disk whose name may move, and of an installation that nobody could log in to', async () => {
    const drive = await makeDrive()
    const run = await write(drive.path, [
      ...['--dest-device', '/dev/sda', '--accept-install', '--live-ignition', fileOf('live.ign')],
    ])
    expect(expectDone(run).warnings.map(({ code }) => code)).toEqual(['dest-device-moves', 'dest-without-config'])
  })

  test.each<[string, () => string[], string]>([
    ['--dest-device', () => ['--dest-device', disk, '--dest-ignition', fileOf('dest.ign')], disk],
    ['a kernel argument', () => ['--live-karg-append', 'coreos.inst.install_dev=sda'], '/dev/sda'],
    [
      'a config of the installer',
      () => ['--installer-config', fileOf('own.yaml')],
      'a disk that the installer chooses',
    ],
  ])('erases a disk by %s only if somebody agrees', async (_, options, device) => {
    const drive = await makeDrive()
    const failure = expectFailed(await write(drive.path, options()), 'install-unconfirmed', 2)
    expect(failure.details).toEqual({ device })
    expect((await drive.read()).equals(drive.before)).toBe(true)
    expectDone(await write(drive.path, [...options(), '--accept-install']))
  })

  testWith(['command:script'], 'asks on the terminal about each, whatever --yes says', async () => {
    const drive = await makeDrive()
    const install = (answers: string[]) =>
      runInTerminal(
        [
          ...['write', '--image-file', source, '--drive', drive.path, '--yes'],
          ...['--dest-device', disk, '--dest-ignition', fileOf('none.ign')],
        ],
        {
          typed: answers.map((answer) => [/anyway\? Type "yes": /, answer]),
          env: { KINDLING_KEYRING: world.keyringFile },
        },
      )
    const declined = await install(['yes\r', 'no\r'])
    expect([declined.code, declined.screen.includes('code: declined')], declined.screen).toEqual([2, true])
    expect(declined.screen).toContain(`! A machine started from this live system erases ${disk} without asking.`)
    expect(declined.screen).toContain('you could not log in to the system')
    expect((await drive.read()).equals(drive.before)).toBe(true)
    const agreed = await install(['yes\r', 'yes\r'])
    expect(agreed.code, agreed.screen).toBe(0)
    expect(agreed.stdout).toMatch(/installs on \/dev\/disk\/by-id\/nvme-Disk_S123/)
  })

  const refused: [string, () => Promise<string[]> | string[], FailureCode, string?][] = [
    ['an argument of a metal image', () => ['--append-karg', 'a'], 'usage', '--live-karg-append'],
    ['a console of a metal image', () => ['--console', 'tty0'], 'usage', '--dest-console'],
    ['a platform', () => ['--ignition-platform', 'qemu'], 'usage', '--live-karg-replace'],
    ['an argument with an odd quote', () => ['--live-karg-append', 'a="b'], 'usage', 'GRUB would change'],
    [
      'an argument that GRUB of the installed system would cut',
      () => ['--dest-device', disk, '--accept-install', '--dest-karg-append', 'a=b;c'],
      'usage',
      'GRUB would change',
    ],
    ['settings of an installation that nothing starts', () => ['--dest-karg-append', 'a'], 'usage', '--dest-device'],
    ['a disk to wipe that is not named', () => ['--dest-wipe'], 'usage', '--dest-device'],
    [
      'a script with the name of the one that releases the disk',
      async () => [
        ...['--dest-device', disk, '--dest-wipe', '--pre-install'],
        await another('release-disk', '#!/bin/sh\n'),
      ],
      'live-file-refused',
      'release-disk',
    ],
    ['a disk that is none', () => ['--dest-device', 'sda', '--accept-install'], 'usage'],
    ['a replacement of another form', () => ['--live-karg-replace', 'a=b'], 'usage'],
    ['a config that lets nobody log in', () => ['--live-ignition', fileOf('none.ign')], 'config-without-login'],
    ['a config that is none', () => ['--live-ignition', fileOf('pre.sh')], 'config-invalid'],
    ['no such file', () => ['--pre-install', '/nothing'], 'first-boot-file-unreadable'],
    ['a script that cannot run', () => ['--pre-install', fileOf('own.yaml')], 'live-file-refused', 'interpreter'],
    [
      'two files of one name',
      async () => ['--post-install', fileOf('post.sh'), '--post-install', await another('post.sh', script)],
      'live-file-refused',
    ],
    [
      'two connections of one name',
      async () =>
        ['eth0.nmconnection', await another('eth0.nmconnection', keyfile)].flatMap((file) => [
          ...['--network-keyfile', given[file] ?? file],
        ]),
      'live-file-refused',
    ],
    [
      'a connection with two equal sections',
      async () => ['--network-keyfile', await another('x.nmconnection', `${keyfile}[connection]\nid=b\n`)],
      'keyfile-refused',
    ],
    [
      'a script whose name is no word',
      async () => ['--pre-install', await another('a b', script)],
      'live-file-refused',
    ],
    ['a certificate that is none', () => ['--ignition-ca', fileOf('pre.sh')], 'live-file-refused', 'PEM'],
    ['no options of the installer', () => installer('- a\n'), 'live-file-refused'],
    ['options of the installer that are not YAML', () => installer('{'), 'live-file-refused'],
    [
      'an option that the installer does not know',
      () => installer('unheard: 1\n'),
      'first-boot-unsupported',
      'unheard',
    ],
    [
      'arguments longer than their place',
      () => ['--live-karg-append', 'x'.repeat(1000), '--live-karg-append', 'y'.repeat(100)],
      'iso-no-room',
      'kernel arguments',
    ],
    [
      'a script larger than its place',
      async () => ['--pre-install', await another('large', Buffer.concat([Buffer.from('#!'), makeNoise(400_000, 3)]))],
      'iso-no-room',
    ],
  ]
  async function another(name: string, bytes: string | Uint8Array): Promise<string> {
    const folder = world.path('another')
    await mkdir(folder)
    await writeFile(`${folder}/${name}`, bytes)
    return `${folder}/${name}`
  }
  const installer = async (text: string) => ['--accept-install', '--installer-config', await another('x.yaml', text)]

  test.each(refused)('is not written with %s', async (_, options, code, said = '') => {
    const drive = await makeDrive()
    const failure = expectFailed(await write(drive.path, await options()), code, exitCodeOf(code))
    expect(JSON.stringify(failure)).toContain(said)
    const after = await drive.read()
    // Only the places of the kernel arguments are behind the first MiB of this ISO.
    if (failure.driveState === 'cleared') {
      expect(said).toBe('kernel arguments')
      expect(after.subarray(0, mib).every((byte) => byte === 0)).toBe(true)
    } else expect(after.equals(drive.before)).toBe(true)
  })

  test('is refused if it was customized already, or if its boot loaders differ', async () => {
    const drive = await makeDrive()
    expectDone(await write(drive.path, ['-i', fileOf('live.ign')]))
    const already = await world.save('live.iso', (await drive.read()).subarray(0, iso.image.length))
    const again = expectFailed(
      await write(drive.path, ['-i', fileOf('live.ign')], already),
      'first-boot-unsupported',
      3,
    )
    expect(again.title).toContain('customized already')
    const odd = Buffer.from(iso.image)
    odd.write('x', iso.kargs[1]!)
    const differing = await write(drive.path, ['-i', fileOf('live.ign')], await world.save('odd.iso', odd))
    expect(expectFailed(differing, 'first-boot-unsupported', 3).title).toContain('different kernel arguments')
  })

  test.each<LiveLayout>(['2020-09', '2021-09'])('of %s has a config, but no installer to set up', async (layout) => {
    const made = await makeLiveIso({ layout })
    const image = await world.save('old.iso', made.image)
    const drive = await world.makeDrive(made.image.length + mib)
    const failure = expectFailed(
      await write(drive.path, ['--dest-device', disk, '--accept-install'], image),
      'first-boot-unsupported',
      3,
    )
    expect(failure.title).toContain('no automatic installer')
    expectDone(await write(drive.path, ['-i', fileOf('live.ign')], image))
    expect((await readSettings(drive.path)).files).toEqual([configOf('core')])
  })

  test('takes configs of the versions that its release accepts', async () => {
    const folder = world.path('old')
    await mkdir(folder)
    const image = `${folder}/fedora-coreos-44.20260707.3.1-live.x86_64.iso`
    await copyFile(source, image)
    await copyFile(`${source}.sig`, `${image}.sig`)
    const drive = await makeDrive()
    const newer = async (version: string) => another('new.ign', configOf('core').replace('3.3.0', version))
    const dest = ['--dest-device', disk, '--accept-install', '--dest-ignition']
    expectDone(await write(drive.path, [...dest, await newer('3.6.0')], image))
    const failure = expectFailed(await write(drive.path, [...dest, await newer('3.7.0')], image), 'config-invalid', 2)
    expect(failure.details.problems).toContain('3.7.0')
  })

  test('is the only image that takes its settings', async () => {
    const drive = await world.makeDrive()
    const metal = ['write', '--drive', drive.path, '--yes', '--json']
    const failure = expectFailed(await world.call([...metal, '--live-ignition', fileOf('live.ign')]), 'usage', 2)
    expect(failure.title + JSON.stringify(failure.details)).toContain('use --ignition-file')
    expect((await drive.read()).equals(drive.before)).toBe(true)
  })
})
