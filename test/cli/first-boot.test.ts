import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { copyFile, mkdir, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { inflateSync } from 'node:zlib'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { FailureCode } from '../../src-shared/failure-catalog.ts'
import { exitCodeOf } from '../../src-shared/failure.ts'
import { makeLoop } from '../support/drives/devices.ts'
import { expectDone, expectFailed, phasesOf, warningsOf } from '../support/expect/expect-events.ts'
import { bootEntry, makeBootImage, type BootImage } from '../support/images/boot-image.ts'
import { xz } from '../support/images/compress.ts'
import { makePartitionedImage } from '../support/images/partitioned-image.ts'
import { runInTerminal } from '../support/programs/run-in-terminal.ts'
import { privateDirectories } from '../support/programs/private-directories.ts'
import { makeUnprivileged } from '../support/programs/unprivileged.ts'
import { describeWith, testWith } from '../support/run/needs.ts'
import { makeCliWorld, type CliWorld } from '../support/worlds/cli-world.ts'
import { mib } from '../support/files/mib.ts'

const key = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOMqqnkVzrm0SdG6UOoqKLsabgH5C9okWi0dh2l9GKJl me@example.org'
const config = JSON.stringify({
  ignition: { version: '3.4.0' },
  passwd: { users: [{ name: 'core', sshAuthorizedKeys: [key] }] },
  unheard: 1,
})
const withoutLogin = JSON.stringify({ ignition: { version: '3.4.0' } })
const files = { 'grub2/console.cfg': '# CONSOLE-SETTINGS-START\n# CONSOLE-SETTINGS-END\n' }
const hash = `sha256-${createHash('sha256').update(config).digest('hex')}`

describeWith(['command:mke2fs', 'command:e2fsck', 'command:debugfs'], 'the first boot', () => {
  let world: CliWorld
  let small: BootImage
  let [source, configFile, network]: string[] = []
  beforeAll(async () => {
    world = await makeCliWorld()
    small = await makeBootImage({ files })
    source = await world.save('metal.raw', small.image)
    configFile = await world.save('config.ign', Buffer.from(config), null)
    network = world.path('network')
    await mkdir(`${network}/folder`, { recursive: true })
    await writeFile(`${network}/eth0.nmconnection`, '[connection]\nid=eth0\ntype=ethernet\n', { mode: 0o644 })
  })
  afterAll(() => world.dispose())

  /** Checks a drive as the tools of ext4 see it. */
  async function expectSetUp(drive: Buffer, { image, boot }: BootImage, entry: string): Promise<void> {
    const file = world.path('boot.img')
    await writeFile(file, drive.subarray(boot.start, boot.end))
    execFileSync('e2fsck', ['-fn', file], { stdio: 'pipe' })
    const debugfs = (request: string) => execFileSync('debugfs', ['-R', request, file], { stdio: 'pipe' }).toString()
    expect(debugfs('cat /ignition/config.ign')).toBe(config)
    expect(debugfs('stat /ignition/config.ign')).toMatch(/Mode:\s+0600/)
    expect(debugfs('cat /coreos-firstboot-network/eth0.nmconnection')).toContain('id=eth0')
    expect(debugfs('stat /coreos-firstboot-network/eth0.nmconnection')).toMatch(/Mode:\s+0600/)
    expect(debugfs('cat /loader/entries/ostree-1.conf')).toBe(entry)
    expect(debugfs('cat /ignition.firstboot')).toBe('set ignition_network_kcmdline="ip=dhcp"\n')
    expect(debugfs('cat /grub2/console.cfg')).toContain('\nterminal_output serial\n')
    expect(drive.subarray(0, boot.start).equals(image.subarray(0, boot.start))).toBe(true)
    expect(drive.subarray(boot.end, image.length).equals(image.subarray(boot.end))).toBe(true)
  }

  const everything = () => [
    ...['-i', configFile!, '--append-karg', 'quiet', '--append-karg', 'console=ttyS1', '-n', network!],
    ...['--delete-karg', 'mitigations=auto,nosmt', '--console', 'ttyS0'],
    ...['--ignition-platform', 'qemu', '--firstboot-args', 'ip=dhcp'],
  ]
  const editedEntry = bootEntry
    .replace(' mitigations=auto,nosmt', '')
    .replace('id=metal rw\n', 'id=qemu rw console=ttyS0,9600n8 quiet console=ttyS1\n')

  test('is set up on a disk-image file, and the receipt leads back to the signed image', async () => {
    const drive = await world.makeDrive(small.image.length + mib)
    const log = world.path('log')
    const run = await world.call([
      'write',
      '--image-file',
      source!,
      '--drive',
      drive.path,
      '--yes',
      '--json',
      '--log',
      log,
      ...everything(),
    ])
    const receipt = expectDone(run)
    expect(phasesOf(run)).toEqual([
      ...['signature', 'prove', 'prepare', 'write', 'flush', 'read-back', 'set-up', 'finish'],
    ])
    const proofs = run.events.flatMap((event) => (event.event === 'proof' ? event.proof : []))
    expect(proofs.slice(-2)).toEqual(['read-back', 'first-boot'])
    const written = await drive.read()
    await expectSetUp(written, small, editedEntry)
    expect(receipt.drive!.state).toBe('proved')
    const shown = await world.call(['ignition', 'show', '--drive', drive.path, '--json'])
    expect([shown.code, shown.events]).toMatchObject([
      0,
      [
        {
          event: 'done',
          drive: { device: drive.path },
          pending: true,
          config: { sha256: hash.slice('sha256-'.length), size: config.length },
          kernelArguments: /^options (.*)$/m.exec(editedEntry)![1],
          platform: 'qemu',
          firstbootArgs: 'ip=dhcp',
          keyfiles: ['eth0.nmconnection'],
        },
      ],
    ])
    expect((await drive.read()).equals(written)).toBe(true)
    const { edits, ...done } = receipt.drive!.firstBoot!
    expect(done).toEqual({
      configSha256: hash.slice('sha256-'.length),
      configSize: config.length,
      hostname: null,
      appendKargs: ['quiet', 'console=ttyS1'],
      deleteKargs: ['mitigations=auto,nosmt'],
      consoles: ['ttyS0,9600n8'],
      platform: 'qemu',
      firstbootArgs: 'ip=dhcp',
      keyfiles: ['eth0.nmconnection'],
      live: null,
      hasReceipt: true,
    })
    for (const { offset, length, original } of edits) {
      const bytes = inflateSync(Buffer.from(original, 'base64'))
      expect(bytes.length).toBe(length)
      bytes.copy(written, offset)
    }
    expect(written.subarray(0, small.image.length).equals(small.image)).toBe(true)
    const logged = await readFile(log, 'utf8')
    expect(logged).toContain('config-doubtful')
    for (const told of [JSON.stringify(run.events), run.stderr, logged])
      expect(told).not.toMatch(/passwd|AAAAC3|\[connection\]/)
  })

  test('is told in the receipt that is printed', async () => {
    const drive = await world.makeDrive(small.image.length + mib)
    const { stdout, stderr, code } = await world.call([
      'write',
      '--image-file',
      source!,
      '--drive',
      drive.path,
      '--yes',
      ...everything(),
    ])
    expect(code).toBe(0)
    expect(stderr).toMatch(
      /Reading back …\n.*\nSetting up the first boot …\n✓ The first-boot setup is on the drive.*\nMaking the drive bootable …/,
    )
    expect(stdout).toMatch(/^The drive matches the image: .* Then it set up the first boot/)
    expect(stdout).toMatch(
      /first boot +config [0-9a-f ]+ \(\d+ B\), with quiet, with console=ttyS1, without mitigations=auto,nosmt, console ttyS0,9600n8, platform qemu, at the first boot ip=dhcp, connection eth0\.nmconnection/,
    )
  })

  test('is set up on several drives at once', async () => {
    const drives = await Promise.all([1, 2, 3].map(() => world.makeDrive(small.image.length + mib)))
    const named = drives.flatMap(({ path }) => ['--drive', path])
    const run = await world.call(['write', '--image-file', source!, ...named, '--yes', '--json', ...everything()])
    expect(run.code).toBe(0)
    for (const drive of drives) await expectSetUp(await drive.read(), small, editedEntry)
  })

  test('takes its config from an address, with its hash', async () => {
    const url = await world.serve('config.ign', Buffer.from(config), null)
    const drive = await world.makeDrive(small.image.length + mib)
    const write = (...options: string[]) =>
      world.call(['write', '--image-file', source!, '--drive', drive.path, '--yes', '--json', '-I', ...options])
    expectFailed(await write(url), 'usage', 2)
    expectFailed(
      await write(
        url,
        '--ignition-hash',
        hash.replace(/.$/, (last) => (last === '0' ? '1' : '0')),
      ),
      'config-hash-differs',
      4,
    )
    expectFailed(await write(`${url}.not`, '--ignition-hash', hash), 'config-invalid', 2)
    const html = Buffer.from('<!DOCTYPE html><html><body>Log in</body></html>')
    for (const name of ['config.ign', 'config.html']) {
      const page = await world.serve(name, html, null)
      const pageHash = `sha256-${createHash('sha256').update(html).digest('hex')}`
      const failure = expectFailed(await write(page, '--ignition-hash', pageHash), 'config-invalid', 2)
      expect(failure.title).toMatch(/web page/i)
    }
    expect((await drive.read()).equals(drive.before)).toBe(true)
    const receipt = expectDone(await write(url, '--ignition-hash', hash))
    expect(receipt.drive!.firstBoot!.configSha256).toBe(hash.slice('sha256-'.length))
    expect((await drive.read()).includes(config)).toBe(true)
  })

  test('takes a Butane config, and writes its translation', async () => {
    const butane = (more = '') =>
      Buffer.from(
        `variant: fcos\nversion: 1.5.0\npasswd: {users: [{name: core, ssh_authorized_keys: ['${key}']}]}\n${more}`,
      )
    const drive = await world.makeDrive(small.image.length + mib)
    const write = (file: string) =>
      world.call(['write', '--image-file', source!, '--drive', drive.path, '--yes', '--json', '-i', file])
    const local = 'storage: {files: [{path: /a, contents: {local: a}}]}\n'
    const refused = await world.save('local.bu', butane(local), null)
    expect(expectFailed(await write(refused), 'config-invalid', 2).title).toContain('line 4,')
    expect((await drive.read()).equals(drive.before)).toBe(true)
    const receipt = expectDone(await write(await world.save('config.bu', butane(), null)))
    const written = JSON.stringify({
      passwd: { users: [{ name: 'core', sshAuthorizedKeys: [key] }] },
      ignition: { version: '3.4.0' },
    })
    expect((await drive.read()).includes(written)).toBe(true)
    expect(receipt.drive!.firstBoot!.configSha256).toBe(createHash('sha256').update(written).digest('hex'))
  })

  test('is shown as published, as over, and not of a drive without it', async () => {
    const show = (drive: string, ...options: string[]) => world.call(['ignition', 'show', '--drive', drive, ...options])
    const published = await show(await world.save('drive.img', small.image, null))
    expect([published.code, published.stderr]).toEqual([0, ''])
    expect(published.stdout).toMatch(/first boot +still to come\n +config +none\n +platform +metal\n/)
    expect(published.stdout).toMatch(/connections +none\n$/)
    const { image } = await makeBootImage({ files: { 'ignition.firstboot': null } })
    expect((await show(await world.save('drive.img', image, null))).stdout).toMatch(/first boot +over/)
    const { path, before, read } = await world.makeDrive()
    expectFailed(await show(path, '--json'), 'first-boot-unreadable', 3)
    expect((await read()).equals(before)).toBe(true)
    expectFailed(await world.call(['ignition', 'show', '--json']), 'usage', 2)
    expectFailed(await show(path, '--butane', '--json'), 'usage', 2)
  })

  test('is set up without a login only if somebody agrees', async () => {
    const file = await world.save('none.ign', Buffer.from(withoutLogin), null)
    const drive = await world.makeDrive(small.image.length + mib)
    const args = ['write', '--image-file', source!, '--drive', drive.path, '--yes', '-i', file]
    expect(expectFailed(await world.call([...args, '--json']), 'config-without-login', 2).details).toEqual({ file })
    expect((await drive.read()).equals(drive.before)).toBe(true)
    const receipt = expectDone(await world.call([...args, '--json', '--no-login']))
    expect(receipt.warnings).toMatchObject([{ code: 'config-doubtful' }])
    expect((await drive.read()).includes(withoutLogin)).toBe(true)
  })

  testWith(['command:script'], 'asks on the terminal if nobody could log in, whatever --yes says', async () => {
    const file = await world.save('none.ign', Buffer.from(withoutLogin), null)
    const drive = await world.makeDrive(small.image.length + mib)
    const write = (given: string, answer: string, ...options: string[]) =>
      runInTerminal(['write', '--image-file', source!, '--drive', drive.path, '--yes', '-i', given, ...options], {
        typed: [[/anyway\? Type "yes": /, answer]],
        env: { KINDLING_KEYRING: world.keyringFile },
      })
    const declined = await write(file, 'no\r')
    expect([declined.code, declined.screen.includes('code: declined')], declined.screen).toEqual([2, true])
    expect(declined.screen).toContain(`! With ${file}, you could not log in to the system.`)
    expect((await drive.read()).equals(drive.before)).toBe(true)
    const agreed = await write(file, 'yes\r')
    expect(agreed.code, agreed.screen).toBe(0)
    expect((await drive.read()).includes(withoutLogin)).toBe(true)
    for (const unasked of [await write(file, 'no\r', '--no-login'), await write(configFile!, 'no\r')])
      expect([unasked.code, unasked.screen.includes('Type "yes"')], unasked.screen).toEqual([0, false])
  })

  test('is set up of simple answers, with the number of each drive', async () => {
    const drives = await Promise.all([1, 2].map(() => world.makeDrive(small.image.length + mib)))
    const named = drives.flatMap(({ path }) => ['--drive', path])
    const answers = ['--ssh-key', key, '--hostname', 'node-{n}', '--timezone', 'Europe/Moscow', '--password-stdin']
    const run = await world.call(['write', '--image-file', source!, ...named, '--yes', '--json', ...answers], {
      stdin: 'a secret\n',
    })
    expect(run.code, run.stdout).toBe(0)
    expect(run.stdout).not.toMatch(/a secret|\$6\$|AAAAC3/)
    for (const [index, drive] of drives.entries()) {
      const file = world.path('boot.img')
      await writeFile(file, (await drive.read()).subarray(small.boot.start, small.boot.end))
      const made = execFileSync('debugfs', ['-R', 'cat /ignition/config.ign', file], { stdio: 'pipe' }).toString()
      expect(JSON.parse(made)).toMatchObject({
        ignition: { version: '3.4.0' },
        passwd: {
          users: [{ name: 'core', sshAuthorizedKeys: [key], passwordHash: expect.stringMatching(/^\$6\$/) as string }],
        },
        storage: {
          files: [{ path: '/etc/hostname', contents: { source: `data:,node-${index + 1}` } }],
          links: [{ target: '../usr/share/zoneinfo/Europe/Moscow' }],
        },
      })
    }
  })

  test('is set up with one host name for several drives, which is warned of', async () => {
    const drives = await Promise.all([1, 2].map(() => world.makeDrive(small.image.length + mib)))
    const named = drives.flatMap(({ path }) => ['--drive', path])
    const args = ['write', '--image-file', source!, ...named, '--yes', '--json', '--ssh-key', key]
    for (const names of [['node'], ['Node', 'node']]) {
      const run = await world.call([...args, ...names.flatMap((name) => ['--hostname', name])])
      expect(run.code, run.stdout).toBe(0)
      const warned = run.events.filter((event) => event.event === 'warning' && event.code === 'hostname-shared')
      expect(warned[0]).toMatchObject({ details: { count: 2, hostname: 'node' } })
    }
  })

  test('is set up with a host name for each drive', async () => {
    const drives = await Promise.all([1, 2].map(() => world.makeDrive(small.image.length + mib)))
    const named = drives.flatMap(({ path }) => ['--drive', path])
    const state = world.path('state')
    const write = (...names: string[]) => {
      const options = names.flatMap((name) => ['--hostname', name])
      const args = ['write', '--image-file', source!, ...named, '--yes', '--json', '--ssh-key', key, ...options]
      return world.call(args, { env: { XDG_STATE_HOME: state } })
    }
    const failure = expectFailed(await write('a', 'b', 'c'), 'usage', 2)
    expect(failure.details.reason).toContain('one for each of the 2 drives')
    const run = await write('alpha', 'beta-{n}')
    expect(run.code, run.stdout).toBe(0)
    expect(warningsOf(run)).not.toContain('hostname-shared')
    for (const [index, name] of ['alpha', 'beta-2'].entries()) {
      expect((await drives[index]!.read()).includes(`data:,${name}"`)).toBe(true)
      const ended = run.events.filter(({ event }) => event === 'done')
      expect(JSON.stringify(ended)).toContain(`"hostname":"${name}"`)
    }
    const log = await readFile(`${state}/kindling/kindling.log`, 'utf8')
    const started = log.split('\n').find((line) => line.includes('"event":"start"'))
    expect(started).toContain('"firstBoot":true')
    expect(started).not.toMatch(/alpha|beta/)
  })

  test('takes a config of the version that the release accepts, and makes one of it', async () => {
    const release = '34.20210611.3.0'
    const entry = bootEntry.replace('44.20260707.3.1', release)
    const { image: bytes } = await makeBootImage({ files: { 'loader.1/entries/ostree-1.conf': entry } })
    const saved = await world.save('metal.raw', bytes)
    const folder = world.path('old')
    await mkdir(folder)
    const image = `${folder}/fedora-coreos-${release}-metal.x86_64.raw`
    await copyFile(saved, image)
    await copyFile(`${saved}.sig`, `${image}.sig`)
    const drive = await world.makeDrive(small.image.length + mib)
    const write = (...options: string[]) =>
      world.call(['write', '--image-file', image, '--drive', drive.path, '--yes', '--json', ...options])
    const failure = expectFailed(await write('-i', configFile!), 'config-invalid', 2)
    expect(failure.details.problems).toContain('Release 34.20210611.3.0 accepts no version above 3.2.0')
    expect((await drive.read()).equals(drive.before)).toBe(true)
    expectDone(await write('--ssh-key', key))
    expect((await drive.read()).includes('"version": "3.2.0"')).toBe(true)
  })

  const refused: [string, () => Promise<string[]> | string[], FailureCode][] = [
    [
      'a config that is not JSON',
      async () => ['-i', await world.save('x.bu', Buffer.from('variant: fcos\n'), null)],
      'config-invalid',
    ],
    [
      'a config of another hash',
      () => ['-i', configFile!, '--ignition-hash', `sha256-${'0'.repeat(64)}`],
      'config-hash-differs',
    ],
    ['a hash of another form', () => ['-i', configFile!, '--ignition-hash', 'md5-0'], 'usage'],
    ['a hash without a config', () => ['--ignition-hash', hash], 'usage'],
    ['no such config', () => ['-i', world.path('nothing')], 'first-boot-file-unreadable'],
    ['a folder as the config', () => ['-i', network!], 'first-boot-file-unreadable'],
    ['a config without read-back', () => ['-i', configFile!, '--no-verify'], 'usage'],
    ['no such folder', () => ['-n', world.path('nothing')], 'first-boot-file-unreadable'],
    ['an argument of two lines', () => ['--append-karg', 'a\nb'], 'usage'],
    ['an argument of a blank', () => ['--delete-karg', ' '], 'usage'],
    ['an argument with an odd quote', () => ['--append-karg', "motd=it's"], 'usage'],
    ['an argument that GRUB would cut', () => ['--append-karg', 'ignition.config.url=http://192.0.2.1/a?b&c'], 'usage'],
    ['an argument of the first boot that GRUB would cut', () => ['--firstboot-args', 'ip=dhcp;'], 'usage'],
    ['a console of another form', () => ['--console', '/dev/ttyS0'], 'usage'],
    ['a platform of two words', () => ['--ignition-platform', 'a b'], 'usage'],
    ...['a"b', "a'b", '$x', 'a\\b', 'a\nb', ' '].map((args): [string, () => string[], FailureCode] => [
      `${JSON.stringify(args)} for the first boot`,
      () => ['--firstboot-args', args],
      'usage',
    ]),
    ['a config and an answer', () => ['-i', configFile!, '--autologin'], 'usage'],
    ['a key that is none', () => ['--ssh-key', world.path('nothing')], 'usage'],
    ['a host name that is none', () => ['--hostname', 'a b'], 'usage'],
    ['two host names for a drive', () => ['--ssh-key', key, '--hostname', 'a', '--hostname', 'b'], 'usage'],
    ['answers that let nobody log in', () => ['--hostname', 'node-1'], 'config-without-login'],
    ['an address of another kind', () => ['-I', 'ftp://localhost/x'], 'usage'],
    ['an ISO without places for it', () => ['-f', 'iso', '-i', configFile!], 'first-boot-unsupported'],
    ['an image without boot file system', () => ['-i', configFile!], 'first-boot-unsupported'],
  ]

  test.each(refused)('is refused with %s', async (name, options, code) => {
    const drive = await world.makeDrive()
    const given = await options()
    const run = await world.call(['write', ...given, '--drive', drive.path, '--yes', '--json'])
    // The boot file system is read when the drive has been written.
    const state = name === 'an image without boot file system' ? 'cleared' : 'untouched'
    const failure = expectFailed(run, code, exitCodeOf(code))
    const after = await drive.read()
    if (state === 'untouched') expect(after.equals(drive.before)).toBe(true)
    else {
      expect(failure.driveState).toBe('cleared')
      expect(after.subarray(0, mib).every((byte) => byte === 0)).toBe(true)
    }
  })

  testWith(['command:sgdisk'], 'is refused without a place for it, before any question', async () => {
    const drive = await world.makeDrive(16 * mib)
    const file = await world.save('none.ign', Buffer.from(withoutLogin), null)
    for (const [names, reason] of [
      [['EFI-SYSTEM', 'root'], 'no partition named boot'],
      [['boot', 'boot'], 'several partitions named boot'],
    ] as const) {
      const image = await makePartitionedImage([...names])
      for (const [name, bytes] of [
        ['foreign.raw', image],
        ['foreign.raw.xz', await xz(image)],
      ] as const) {
        const path = await world.save(name, bytes)
        const args = ['write', '--image-file', path, '--drive', drive.path, '--yes', '--json']
        for (const config of [configFile!, file]) {
          const run = await world.call([...args, '-i', config])
          expect(expectFailed(run, 'first-boot-unsupported', 3).title).toContain(reason)
          expect((await drive.read()).equals(drive.before)).toBe(true)
        }
      }
    }
    // As it is, the image is written without a word about a login.
    const path = await world.save('foreign.raw', await makePartitionedImage(['EFI-SYSTEM', 'root']))
    const done = expectDone(await world.call(['write', '--image-file', path, '--drive', drive.path, '--yes', '--json']))
    expect(done.warnings).toEqual([])
  })

  test('is refused with a connection that NetworkManager cannot read, and with an empty folder', async () => {
    const folder = world.path('bad')
    await mkdir(folder)
    const drive = await world.makeDrive()
    const write = () => world.call(['write', '-n', folder, '--drive', drive.path, '--yes', '--json'])
    expectFailed(await write(), 'usage', 2)
    await writeFile(`${folder}/a.nmconnection`, 'id=a\n')
    expectFailed(await write(), 'keyfile-refused', 3)
    await rm(`${folder}/a.nmconnection`)
    await symlink(world.path('nothing'), `${folder}/b.nmconnection`)
    expectFailed(await write(), 'first-boot-file-unreadable', 1)
    expect((await drive.read()).equals(drive.before)).toBe(true)
  })

  test('takes the connections that links in a folder lead to', async () => {
    const [folder, place] = [world.path('links'), world.path('linked')]
    await mkdir(folder)
    await mkdir(place)
    await writeFile(`${place}/real`, '[connection]\r\nid=a\r\n')
    await symlink(`${place}/real`, `${folder}/a.nmconnection`)
    await symlink(place, `${folder}/folder`)
    await copyFile(`${place}/real`, `${folder}/b.keyfile`)
    const drive = await world.makeDrive(small.image.length + mib)
    const args = ['write', '--image-file', source!, '--drive', drive.path, '--yes', '--json']
    const run = await world.call([...args, '-n', folder])
    expect(expectDone(run).drive!.firstBoot).toMatchObject({ keyfiles: ['a.nmconnection', 'b.keyfile'] })
    expect(expectDone(run).warnings).toMatchObject([{ code: 'keyfile-overlooked', details: { file: 'b.keyfile' } }])
  })

  testWith(['loop', 'mount'], 'is set up on block devices, and the kernel reads it', async () => {
    for (const sectorSize of [512, 4096] as const) {
      const made = await makeBootImage({ sectorSize, files })
      const image = await world.save('metal.raw', made.image)
      const loop = await makeLoop({ size: made.image.length + mib, sectorSize })
      try {
        const run = await world.call([
          'write',
          '--image-file',
          image,
          '--drive',
          loop.device,
          '--yes',
          '--json',
          ...everything(),
        ])
        expect(expectDone(run).drive).toMatchObject({ state: 'proved', pastCache: true })
        const written = await readFile(loop.device)
        await expectSetUp(written, made, editedEntry)
        const [file, place] = [world.path('boot.img'), world.path('mounted')]
        await writeFile(file, written.subarray(made.boot.start, made.boot.end))
        await mkdir(place)
        const script = `mount -o loop,ro ${file} ${place} && cd ${place} && cat ignition/config.ign loader/entries/ostree-1.conf && stat -c ' %a' ignition ignition/config.ign`
        const seen = execFileSync('unshare', ['--mount', 'sh', '-c', script], { stdio: 'pipe' }).toString()
        expect(seen).toBe(`${config}${editedEntry} 700\n 600\n`)
      } finally {
        await loop.dispose()
      }
    }
  })

  testWith(['loop', 'sudo'], 'is set up through the helper by a user without rights', async () => {
    const user = await makeUnprivileged({ sudo: 'without-password' })
    const loop = await makeLoop({ size: small.image.length + mib })
    try {
      const [own, folder, keyring] = ['config.ign', 'network', 'keyring.gpg'].map(user.home.file) as [
        string,
        string,
        string,
      ]
      await copyFile(world.keyringFile, keyring)
      await writeFile(own, config, { mode: 0o644 })
      await mkdir(folder, { mode: 0o755 })
      await writeFile(`${folder}/eth0.nmconnection`, await readFile(`${network}/eth0.nmconnection`))
      const url = await world.serve('metal.raw', small.image)
      const sha256 = createHash('sha256').update(small.image).digest('hex')
      const place = ['-u', url, '--sha256', sha256, '--drive', loop.device, '--yes', '--json']
      const settings = everything().map((each) => (each === configFile ? own : each === network ? folder : each))
      const run = await world.kindling(['write', ...place, ...settings], {
        as: (program) => user.command(program.map(user.seen)),
        env: { ...privateDirectories(user.home.path), KINDLING_KEYRING: keyring },
      })
      expect(expectDone(run).drive).toMatchObject({ state: 'proved', pastCache: true })
      await expectSetUp(await readFile(loop.device), small, editedEntry)
      const shown = await world.kindling(['ignition', 'show', '--drive', loop.device, '--json'], {
        as: (program) => user.command(program.map(user.seen)),
        env: privateDirectories(user.home.path),
      })
      expect(shown.events.at(-1), shown.stdout).toMatchObject({ event: 'done', platform: 'qemu' })
    } finally {
      await loop.dispose()
      await user.dispose()
    }
  })
})
