import { execFileSync } from 'node:child_process'
import { mkdir, readFile, readdir, rm, writeFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { expectDone, expectFailed, warningsOf } from '../support/expect/expect-events.ts'
import { kernelFile, makeInitramfs, show, shown } from '../support/machines/machine.ts'
import { testWith } from '../support/run/needs.ts'
import { serveByDnsmasq, startNetworkMachine } from '../support/machines/network-machine.ts'
import { isSoak } from '../support/run/tier.ts'
import { makeCliWorld, type CliWorld } from '../support/worlds/cli-world.ts'

const key = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOMqqnkVzrm0SdG6UOoqKLsabgH5C9okWi0dh2l9GKJl me@example.org'
const config = JSON.stringify({
  ignition: { version: '3.3.0' },
  passwd: { users: [{ name: 'core', sshAuthorizedKeys: [key] }] },
})

interface Profile {
  id: string
  name: string
  ignition_id?: string
  boot: { kernel: string; initrd: string[]; args: string[] }
}

describe('download --for matchbox', () => {
  let world: CliWorld
  let ignition = ''
  beforeAll(async () => {
    world = await makeCliWorld({ imageSize: 1024 * 1024 })
    ignition = await world.save('config.ign', Buffer.from(config), null)
  })
  afterAll(() => world.dispose())

  async function download(options: string[], directory = world.path('matchbox')) {
    const source = ['-f', 'pxe', '--for', 'matchbox', '-C', directory]
    const run = await world.call(['download', ...source, '--json', ...options])
    const file = (...names: string[]) => join(directory, ...names)
    const read = async (...names: string[]) => JSON.parse(await readFile(file(...names), 'utf8')) as unknown
    return { run, directory, file, profile: async () => (await read('profiles', `${id()}.json`)) as Profile, read }
  }
  const id = () => `fedora-coreos-${world.release}-live.${world.architecture}`
  const nameOf = (part: string) => basename(world.find('pxe', part).location)
  const initrdName = () => `fedora-coreos-${world.release}-live-first-boot.${world.architecture}.img`

  test('makes a profile of the signed files, and a group of all machines', async () => {
    const { run, directory, profile, read, file } = await download(['-i', ignition, '--live-karg-append', 'quiet a=$b'])
    expect(expectDone(run).files.map(({ path }) => path)).toEqual([
      ...['kernel', 'initramfs', 'rootfs'].map((part) => file('assets', nameOf(part))),
      file('assets', initrdName()),
      file('profiles', `${id()}.json`),
      file('groups', 'default.json'),
    ])
    expect((await readdir(directory)).toSorted()).toEqual(['assets', 'groups', 'profiles'])
    const name = `Fedora CoreOS stable ${world.release} ${world.architecture}`
    expect(await read('groups', 'default.json')).toEqual({ id: 'default', name, profile: id(), selector: {} })
    expect(await profile()).toEqual({
      id: id(),
      name,
      boot: {
        kernel: `/assets/${nameOf('kernel')}`,
        initrd: [
          `--name main /assets/${nameOf('initramfs')}`,
          `--name rootfs /assets/${nameOf('rootfs')}`,
          `--name first-boot /assets/${initrdName()}`,
        ],
        args: [
          ...['initrd=main', 'initrd=rootfs', 'initrd=first-boot', 'ignition.firstboot', 'ignition.platform.id=metal'],
          ...['quiet', 'a=$b'],
        ],
      },
    })
  })

  test("asks matchbox for the machine's config if there is none", async () => {
    const { profile } = await download([])
    const { ignition_id, boot } = await profile()
    expect(ignition_id).toBe('config.ign')
    expect(boot.args.at(-1)).toBe('ignition.config.url=${cwduri}/ignition?uuid=${uuid}&mac=${mac:hexhyp}')
    const other = await download(['--live-karg-append', 'ignition.config.url=http://192.0.2.1/a.ign'])
    expect(await other.profile()).not.toHaveProperty('ignition_id')
    expect((await other.profile()).boot.args.slice(-2)).toEqual([
      'ignition.platform.id=metal',
      'ignition.config.url=http://192.0.2.1/a.ign',
    ])
  })

  test('leaves the root file system to the system if it gets its address', async () => {
    const url = 'coreos.live.rootfs_url=http://192.0.2.1/rootfs.img'
    const { profile } = await download(['-i', ignition, '--live-karg-append', url])
    const { boot } = await profile()
    expect(boot.initrd.map((each) => each.split(' ')[1])).toEqual(['main', 'first-boot'])
    expect(boot.args).toEqual([
      ...['initrd=main', 'initrd=first-boot', 'ignition.firstboot', 'ignition.platform.id=metal', url],
    ])
  })

  test('keeps the group that is there, and says which profile it has to name', async () => {
    const directory = world.path('matchbox')
    await mkdir(join(directory, 'groups'), { recursive: true })
    const group = '{"id":"default","profile":"older","selector":{}}'
    await writeFile(join(directory, 'groups', 'default.json'), group)
    for (const options of [['-i', ignition], []]) {
      const { run, file } = await download(options, directory)
      const { files, warnings } = expectDone(run)
      expect(files.map(({ path }) => path)).toEqual(
        [...['kernel', 'initramfs', 'rootfs'].map((part) => ['assets', nameOf(part)])]
          .concat(options.length > 0 ? [['assets', initrdName()]] : [])
          .concat([['profiles', `${id()}.json`]])
          .map((names) => file(...names)),
      )
      expect(warnings.map(({ code, details }) => ({ code, details }))).toEqual([
        { code: 'group-kept', details: { path: file('groups', 'default.json'), profile: id() } },
      ])
      expect(await readFile(file('groups', 'default.json'), 'utf8')).toBe(group)
      await rm(file('profiles', `${id()}.json`))
    }
  })

  test('downloads nothing if the machines would not get their settings', async () => {
    const directory = world.path('matchbox')
    await mkdir(join(directory, 'profiles'), { recursive: true })
    await writeFile(join(directory, 'profiles', `${id()}.json`), '{}')
    const { run, file } = await download(['-i', ignition], directory)
    expect(expectFailed(run, 'output-exists', 1).details).toMatchObject({ file: file('profiles', `${id()}.json`) })
    expect(await readdir(file('assets'))).toEqual([])
    const plain = await download([], directory)
    expect(warningsOf(plain.run)).toEqual(['script-kept'])
    expect(await plain.read('profiles', `${id()}.json`)).toEqual({})
  })

  test('refuses an argument that iPXE would change', async () => {
    const { run, directory } = await download(['--live-karg-append', 'a=${b'])
    expect(JSON.stringify(expectFailed(run, 'usage', 2))).toContain('iPXE')
    await expect(readdir(directory)).rejects.toThrow('ENOENT')
  })

  // By default only dnsmasq starts a machine (`boot-loaders`).
  if (isSoak)
    testWith(
      ['network-boot', 'machine'],
      'starts a machine over HTTP, with all initrds and arguments',
      async () => {
        const { file, directory } = await download(['-i', ignition, '--live-karg-append', 'console=ttyS0 quiet a=$b'])
        // A kernel and initrds of Debian: those of the mirror are noise.
        const init = ['config.ign', 'rootfs', 'proc/cmdline'].map((each) => show(basename(each), `/${each}`))
        await writeFile(file('assets', nameOf('kernel')), await readFile(kernelFile))
        await writeFile(file('assets', nameOf('initramfs')), await makeInitramfs(init.join('\n')))
        const folder = world.path('rootfs')
        await mkdir(folder)
        await writeFile(join(folder, 'rootfs'), 'of the machine')
        const rootfs = execFileSync('cpio', ['-o', '--format=newc', '--quiet'], { cwd: folder, input: 'rootfs\n' })
        await writeFile(file('assets', nameOf('rootfs')), rootfs)
        const dhcp = file('dnsmasq.conf')
        await writeFile(
          dhcp,
          'port=0\ndhcp-range=192.0.2.100,192.0.2.200,1h\ndhcp-boot=http://192.0.2.1:8080/boot.ipxe\n',
        )
        const server = fileURLToPath(new URL('../support/machines/serve-matchbox.mjs', import.meta.url))
        const serial = await startNetworkMachine([serveByDnsmasq(dhcp), ['node', server, directory, '8080']], {
          memory: 512,
        })
        expect(shown(serial, 'config.ign')).toBe(config)
        expect(shown(serial, 'rootfs')).toBe('of the machine')
        expect(shown(serial, 'cmdline')).toMatch(
          /initrd=main initrd=rootfs initrd=first-boot ignition\.firstboot ignition\.platform\.id=metal console=ttyS0 quiet a=\$b\n$/,
        )
      },
      300_000,
    )
})
