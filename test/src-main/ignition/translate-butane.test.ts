import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { mkdir, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { checkConfig, isBootable } from '../../../src-main/ignition/check-config.ts'
import { decodeContents, decodeDataUrl, encodeContents } from '../../../src-main/ignition/data-url.ts'
import { escapePath } from '../../../src-main/ignition/mount-unit.ts'
import { isError } from '../../../src-main/ignition/problem.ts'
import { translateButane } from '../../../src-main/ignition/translate-butane.ts'
import { namedWithShared, sharedFile } from '../../support/run/shared.ts'
import { makeTemporaryDirectory } from '../../support/files/temporary.ts'

type Directory = Awaited<ReturnType<typeof makeTemporaryDirectory>>
let files: Directory
beforeAll(async () => {
  files = await makeTemporaryDirectory('kindling-butane-')
  await mkdir(join(files.path, 'tree/sub'), { recursive: true })
  await writeFile(join(files.path, 'tree/one'), '1\n')
  await writeFile(join(files.path, 'tree/sub/run.sh'), '#!/bin/sh\n', { mode: 0o755 })
  await symlink('../one', join(files.path, 'tree/sub/link'))
  await writeFile(join(files.path, 'keys.pub'), 'ssh-ed25519 AAAA1 a\r\n\nssh-ed25519 AAAA2 b\n')
  await writeFile(join(files.path, 'a.service'), '[Service]\nExecStart=/bin/true\n')
  await writeFile(join(files.path, 'other.ign'), '{"ignition":{"version":"3.0.0"}}')
  await symlink('/etc/hostname', join(files.path, 'way-out'))
})
afterAll(() => files.dispose())

/** Translates the lines behind `variant: fcos`. */
const translate = (lines: string, version = '1.5.0', folder: string | null = files.path) =>
  translateButane(Buffer.from(`variant: fcos\nversion: ${version}\n${lines}`), folder)
const configOf = (...args: Parameters<typeof translate>) => {
  const { config, problems } = translate(...args)
  expect(problems.filter(isError)).toEqual([])
  return config!
}
const placesOf = (...args: Parameters<typeof translate>) =>
  translate(...args)
    .problems.filter(({ code }) => code !== 'no-login')
    .map(({ code, place }) => `${place?.line}:${place?.column} ${code}`)

describe('translation of Butane', () => {
  test.each([
    ['1.0.0', '3.0.0'],
    ['1.1.0', '3.1.0'],
    ['1.2.0', '3.2.0'],
    ['1.3.0', '3.2.0'],
    ['1.4.0', '3.3.0'],
    ['1.5.0', '3.4.0'],
    ['1.6.0', '3.5.0'],
    ['1.7.0', '3.6.0'],
  ])('of version %s makes Ignition %s', (butane, spec) => {
    expect(configOf('', butane)).toEqual({ ignition: { version: spec } })
  })

  test('spells keys as Ignition does, and reads numbers and flags as Butane does', () => {
    const config = configOf(`
passwd:
  users: [{name: core, ssh_authorized_keys: [ssh-ed25519 AAAA], uid: 0x10, no_create_home: yes, gecos: 5}]
storage:
  disks:
    - device: /dev/vda
      wipe_table: true
      partitions: [{label: var, size_mib: 1_000, start_mib: 0, number: 0, type_guid: 8DA63339-0007-60C0-C436-083AC8230908}]
  directories: [{path: /a, mode: 0755}, {path: /b, mode: 0o700}]
kernel_arguments: {should_exist: [a=1], should_not_exist: []}
`)
    expect(config).toEqual({
      ignition: { version: '3.4.0' },
      passwd: {
        users: [{ name: 'core', sshAuthorizedKeys: ['ssh-ed25519 AAAA'], uid: 16, noCreateHome: true, gecos: '5' }],
      },
      storage: {
        disks: [
          {
            device: '/dev/vda',
            wipeTable: true,
            partitions: [
              { label: 'var', sizeMiB: 1000, startMiB: 0, typeGuid: '8DA63339-0007-60C0-C436-083AC8230908' },
            ],
          },
        ],
        directories: [
          { path: '/a', mode: 0o755 },
          { path: '/b', mode: 0o700 },
        ],
      },
      kernelArguments: { shouldExist: ['a=1'] },
    })
  })

  test('resolves anchors and merge keys', () => {
    const config = configOf(`
storage:
  files:
    - &first {path: /a, mode: 0600, contents: {inline: a}}
    - {<<: *first, path: /b}
`)
    const rest = { mode: 0o600, contents: { source: 'data:,a', compression: '' } }
    expect(config.storage?.files).toEqual([
      { path: '/a', ...rest },
      { path: '/b', ...rest },
    ])
  })

  test('takes in local files, trees, units and keys', () => {
    const config = configOf(`
passwd: {users: [{name: core, ssh_authorized_keys: [ssh-ed25519 AAAA0], ssh_authorized_keys_local: [keys.pub]}]}
storage:
  trees: [{local: tree, path: /opt}]
  files: [{path: /opt/one, mode: 0600}, {path: /x, contents: {local: /tree/one}}]
systemd:
  units: [{name: a.service, contents_local: a.service, dropins: [{name: b.conf, contents_local: a.service}]}]
`)
    const one = { source: 'data:,1%0A', compression: '' }
    const service = '[Service]\nExecStart=/bin/true\n'
    expect(config).toEqual({
      ignition: { version: '3.4.0' },
      passwd: {
        users: [
          { name: 'core', sshAuthorizedKeys: ['ssh-ed25519 AAAA0', 'ssh-ed25519 AAAA1 a', 'ssh-ed25519 AAAA2 b'] },
        ],
      },
      storage: {
        files: [
          { path: '/opt/one', mode: 0o600, contents: one },
          { path: '/x', contents: one },
          { path: '/opt/sub/run.sh', mode: 0o755, contents: { source: 'data:,%23!%2Fbin%2Fsh%0A', compression: '' } },
        ],
        links: [{ path: '/opt/sub/link', target: '../one' }],
      },
      systemd: { units: [{ name: 'a.service', contents: service, dropins: [{ name: 'b.conf', contents: service }] }] },
    })
  })

  test('mounts file systems by units, and lets the config change them', () => {
    const { storage, systemd } = configOf(`
storage:
  filesystems:
    - {device: /dev/disk/by-partlabel/my-data, path: /var/lib/data, format: xfs, mount_options: [noatime, ro], with_mount_unit: true}
    - {device: /dev/vdb, format: swap, with_mount_unit: true}
systemd:
  units: [{name: var-lib-data.mount, enabled: false}]
`)
    expect(storage?.filesystems?.map((each) => Object.keys(each))).not.toContain('withMountUnit')
    const fsck = 'systemd-fsck@dev-disk-by\\x2dpartlabel-my\\x2ddata.service'
    expect(systemd?.units).toEqual([
      {
        name: 'var-lib-data.mount',
        enabled: false,
        contents: `# Generated by Butane\n[Unit]\nRequires=${fsck}\nAfter=${fsck}\n\n[Mount]\nWhere=/var/lib/data\nWhat=/dev/disk/by-partlabel/my-data\nType=xfs\nOptions=noatime,ro\n\n[Install]\nRequiredBy=local-fs.target`,
      },
      {
        name: 'dev-vdb.swap',
        enabled: true,
        contents: '# Generated by Butane\n[Swap]\nWhat=/dev/vdb\n\n[Install]\nRequiredBy=swap.target',
      },
    ])
  })

  test('mirrors and encrypts the boot device on each architecture', () => {
    const { storage } = configOf(`
boot_device:
  layout: ppc64le
  mirror: {devices: [/dev/sda, /dev/sdb]}
  luks: {tang: [{url: "http://tang", thumbprint: a}], discard: true}
storage:
  filesystems: [{device: /dev/mapper/root, format: btrfs}]
`)
    expect(storage?.disks?.[1]).toEqual({
      device: '/dev/sdb',
      wipeTable: true,
      partitions: [
        { label: 'prep-2', sizeMiB: 4, typeGuid: '9E1A2D38-C612-4316-AA26-8B49521E5A8B' },
        { label: 'reserved-2', sizeMiB: 1, typeGuid: '8DA63339-0007-60C0-C436-083AC8230908' },
        { label: 'boot-2', sizeMiB: 384 },
        { label: 'root-2' },
      ],
    })
    expect(storage?.luks).toEqual([
      {
        name: 'root',
        label: 'luks-root',
        device: '/dev/md/md-root',
        wipeVolume: true,
        discard: true,
        clevis: { tang: [{ url: 'http://tang', thumbprint: 'a' }] },
      },
    ])
    expect(storage?.filesystems).toEqual([
      { device: '/dev/md/md-boot', format: 'ext4', label: 'boot', wipeFilesystem: true },
      { device: '/dev/mapper/root', format: 'btrfs', label: 'root', wipeFilesystem: true },
    ])
    const cex = 'boot_device: {layout: s390x-eckd, luks: {device: /dev/dasda, cex: {enabled: true}}}'
    expect(configOf(cex, '1.7.0').storage).toEqual({
      luks: [{ name: 'root', label: 'luks-root', device: '/dev/dasda2', wipeVolume: true, cex: { enabled: true } }],
      filesystems: [{ device: '/dev/mapper/root', format: 'xfs', label: 'root', wipeFilesystem: true }],
    })
  })

  test.each([
    ['storage: {filez: []}', '3:11 unused-key'],
    ['storage: {luks: [{name: a, keyFile: {}}]}', '3:28 unused-key-meant', '3:18 device-missing'],
    ['storage: {files: [{path: x}]}', '3:26 path-relative'],
    ['storage: {files: [{path: /a}, {path: /a}]}', '3:31 listed-twice'],
    ['storage: {files: [{path: /a, mode: "0644"}]}', '3:36 wrong-type'],
    ['storage: {files: [{path: /a, mode: 644}]}', '3:36 mode-decimal', '3:36 mode-special-bits'],
    ['storage: {files: [{path: /a, contents: {inline: a, source: "data:,b"}}]}', '3:60 too-many-sources'],
    ['storage: {files: [{path: /a, contents: {local: none}}]}', '3:48 local-unreadable'],
    ['storage: {files: [{path: /a, contents: {local: ../a}}]}', '3:48 local-outside'],
    ['storage: {files: [{path: /a, contents: {local: way-out}}]}', '3:48 local-outside'],
    ['storage: {files: [{path: /a, contents: {local: tree}}]}', '3:48 local-unreadable'],
    ['storage: {trees: [{path: /a}]}', '3:19 tree-local-missing'],
    ['storage: {trees: [{local: keys.pub}]}', '3:27 tree-not-folder'],
    [
      'storage: {trees: [{local: tree}, {local: tree}]}',
      '3:42 tree-path-taken',
      '3:42 tree-path-taken',
      '3:42 tree-path-taken',
    ],
    ['storage: {filesystems: [{device: /dev/a, with_mount_unit: true}]}', '3:25 mount-without-format'],
    ['storage: {filesystems: [{device: /dev/a, format: xfs, with_mount_unit: true}]}', '3:25 mount-without-path'],
    ['systemd: {units: [{name: a.service, contents: "", contents_local: a}]}', '3:67 too-many-contents'],
    ['boot_device: {mirror: {devices: [/dev/a]}}', '3:33 mirror-too-few', '3:23 layout-missing'],
    ['boot_device: {layout: s390x-virt}', '3:23 layout-not-known'],
    ['grub: {users: [{}]}', '3:16 grub-name-missing', '3:16 grub-password-missing'],
    ['ignition: {config: {merge: [{inline: "{}"}]}}', '3:38 nested-config-invalid'],
    ['ignition: {config: {merge: [{local: other.ign}]}}'],
    ['storage:\n\tfiles: []', '4:1 syntax-yaml'],
    ['storage: {}\nstorage: {}', '4:1 syntax-yaml'],
    ['storage: {disks: [{device: /dev/a, partitions: [{label: root}]}]}', '3:57 partition-number-wrong'],
  ])('says where the problems are in %s', (lines, ...problems) => expect(placesOf(lines)).toEqual(problems))

  test('reads no local file without a folder', () => {
    expect(placesOf('storage: {trees: [{local: tree}]}', '1.5.0', null)).toEqual(['3:27 files-dir-missing'])
  })

  test.each([
    ['variant: openshift\nversion: 4.14.0', 'variant-refused'],
    ['variant: fedora\nversion: 1.5.0', 'variant-refused'],
    ['variant: fcos\nversion: 9.9.9', 'butane-version-not-known'],
    ['variant: fcos\nversion: 1.8.0-experimental', 'butane-version-not-known'],
    ['variant: fcos', 'version-missing'],
    ['version: 1.5.0', 'variant-missing'],
    ['{"ignition":{"version":"3.4.0"}}', 'ignition-config'],
    ['#cloud-config', 'cloud-config'],
    ['- a', 'not-an-object'],
    ['', 'file-empty'],
  ])('refuses by name: %s', (text, code) => {
    const { config, problems } = translateButane(Buffer.from(text), null)
    expect(config).toBeNull()
    expect(problems.map((each) => each.code)).toEqual([code])
  })

  test('knows since when a key exists', () => {
    expect(placesOf('kernel_arguments: {}', '1.3.0')).toEqual(['3:1 unused-key-later'])
    expect(placesOf('boot_device: {luks: {discard: true}}', '1.4.0')).toEqual(['3:22 unused-key-later'])
    expect(placesOf('storage: {trees: []}', '1.0.0')).toEqual(['3:11 unused-key-later'])
  })

  test('refuses aliases that multiply', () => {
    const lines = Array.from(
      { length: 12 },
      (_, i) =>
        `  - &a${i} [${Array(9)
          .fill(i === 0 ? 'x' : `*a${i - 1}`)
          .join(', ')}]`,
    )
    expect(placesOf(`x:\n${lines.join('\n')}`).map((each) => each.split(' ')[1])).toEqual(['too-deep'])
  })
})

describe('contents', () => {
  test('come back from their data URL, which Ignition accepts', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), fc.nat(20), (bytes, times) => {
        const contents = Buffer.concat(Array.from({ length: times }, () => Buffer.from(bytes)))
        const encoded = encodeContents(contents)
        expect(decodeContents(encoded).equals(contents)).toBe(true)
      }),
    )
  })

  test('are packed when that is shorter, and not when they are packed already', () => {
    const text = Buffer.from('abcdefgh '.repeat(100))
    const { source, compression } = encodeContents(text)
    expect(compression).toBe('gzip')
    expect(gunzipSync(decodeDataUrl(source)).equals(text)).toBe(true)
    expect(encodeContents(text, 'gzip').source).not.toContain('H4sI')
  })

  test('have escaped names for their units', () => {
    expect(escapePath('/')).toBe('-')
    expect(escapePath('/var//lib/a-b/.c')).toBe('var-lib-a\\x2db-.c')
    expect(escapePath('/.a b/ü')).toBe('\\x2ea\\x20b-\\xc3\\xbc')
  })
})

// A folder of inputs with the outputs of the real Butane: NAME/in.bu, NAME/files/, and NAME/out.ign
// unless Butane refused it.
const pairs = sharedFile('butane') ?? ''
describe.skipIf(pairs === '')(namedWithShared('pairs of the real Butane', 'butane'), () => {
  const names = pairs === '' ? ['none'] : readdirSync(pairs).filter((name) => existsSync(join(pairs, name, 'in.bu')))

  test.each(names)('%s', (name) => {
    const folder = join(pairs, name, 'files')
    const bytes = readFileSync(join(pairs, name, 'in.bu'))
    const { config, problems } = translateButane(bytes, existsSync(folder) ? folder : null)
    const output = join(pairs, name, 'out.ign')
    const text = existsSync(output) ? readFileSync(output, 'utf8') : null
    // Kindling translates no other variant.
    if (text === null || text.startsWith('#')) {
      expect(config).toBeNull()
      return
    }
    expect(problems.filter(isError)).toEqual([])
    expect(decodeSources(config)).toEqual(decodeSources(JSON.parse(text)))
    expect(isBootable(checkConfig(Buffer.from(JSON.stringify(config))))).toBe(true)
  })

  /** Replaces each data URL by its bytes, because its spelling does not count. */
  function decodeSources(data: unknown): unknown {
    if (Array.isArray(data)) return data.map(decodeSources)
    if (typeof data !== 'object' || data === null) return data
    return Object.fromEntries(
      Object.entries(data).map(([name, value]) => {
        if (name !== 'source' || !String(value).startsWith('data:')) return [name, decodeSources(value)]
        const { compression = '' } = data as { compression?: string }
        return [name, decodeContents({ source: String(value), compression }).toString('latin1')]
      }),
    )
  }
})
