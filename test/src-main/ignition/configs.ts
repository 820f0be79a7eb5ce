import type { ProblemCode } from '../../../src-main/ignition/problem.ts'

/** Config with the problems that it has. */
export interface ConfigCase {
  text: string
  codes: ProblemCode[]
  /** Whether an `ignition-validate` accepts it (2.14 does), although the first boot would fail. */
  onlyAtBoot?: true
}

const config = (parts: object, minor = 3) => JSON.stringify({ ignition: { version: `3.${minor}.0` }, ...parts })
const files = (...list: object[]) => config({ storage: { files: list } })
const source = (source: string, more = {}) => files({ path: '/a', contents: { source, ...more } })
const hash = (hash: string) => source('https://example.org/', { verification: { hash } })
const units = (...list: object[]) => config({ systemd: { units: list } })
const unit = (contents: string) => units({ name: 'a.service', contents })
const partitions = (...list: object[]) => config({ storage: { disks: [{ device: '/dev/a', partitions: list }] } })
const filesystem = (more: object, minor = 3) =>
  config({ storage: { filesystems: [{ device: '/dev/a', ...more }] } }, minor)
const raid = (more: object) => config({ storage: { raid: [{ name: 'a', ...more }] } })
const luks = (more: object) => config({ storage: { luks: [{ name: 'a', device: '/dev/a', ...more }] } })
const users = (...list: object[]) => config({ passwd: { users: list } })
const key = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOMqqnkVzrm0SdG6UOoqKLsabgH5C9okWi0dh2l9GKJl me@example.org'
const ofCase = (text: string, ...codes: ProblemCode[]): ConfigCase => ({ text, codes })
const atBoot = (text: string, ...codes: ProblemCode[]): ConfigCase => ({ text, codes, onlyAtBoot: true })

/** Configs up to version 3.3.0, which every packaged `ignition-validate` knows. */
export const configCases: ConfigCase[] = [
  // The text and its version
  ofCase('', 'file-empty'),
  ofCase(' ', 'file-empty'),
  ofCase('{"ignition":', 'syntax-json'),
  ofCase('{"ignition":{"version":"3.3.0"},}', 'syntax-json'),
  ofCase('null', 'not-an-object'),
  ofCase('[]', 'not-an-object'),
  ofCase('{}', 'version-missing'),
  ofCase('{"ignition":{}}', 'version-missing'),
  ofCase('{"ignition":{"version":3.3}}', 'version-missing'),
  ofCase('{"ignition":{"version":"3.3"}}', 'version-not-known'),
  ofCase('{"ignition":{"version":"3.9.0"}}', 'version-not-known'),
  ofCase('{"ignition":{"version":"2.2.0"}}', 'version-of-old-ignition'),
  ofCase('{"ignition":{"version":"3.9.0-experimental"}}', 'version-experimental'),
  ...[0, 1, 2, 3].map((minor) => ofCase(config({}, minor))),
  ofCase('{"Ignition":{"Version":"3.3.0"}}', 'key-case', 'key-case'),
  ofCase('\t{\n\t"ignition" : {\r\n"version":\t"3.3.0"} }\n'),

  // Keys and types
  ofCase(config({ storge: {} }), 'unused-key'),
  ofCase(users({ name: 'a', ssh_authorized_keys: [key] }), 'unused-key-meant'),
  ofCase(config({ kernelArguments: {} }, 2), 'unused-key-later'),
  ofCase(config({ storage: { luks: [] } }, 1), 'unused-key-later'),
  ofCase('{"ignition":{"version":"3.3.0"},"systemd":{},"systemd":{}}', 'key-twice'),
  ofCase(config({ storage: null, passwd: { users: null } })),
  ofCase(config({ storage: { files: {} } }), 'wrong-type'),
  ofCase(config({ storage: [] }), 'wrong-type'),
  ofCase(files({ path: '/a', mode: '420' }), 'wrong-type'),
  ofCase(files({ path: '/a', mode: 1.5 }), 'wrong-type'),
  ofCase('{"ignition":{"version":"3.3.0"},"storage":{"files":[{"path":"/a","mode":420.0}]}}', 'wrong-type'),
  ofCase(files({ path: '/a', overwrite: 'no' }), 'wrong-type'),
  ofCase(files({ path: 5 }), 'wrong-type'),

  // Files, directories and links
  ofCase(files({ path: '/a', mode: 0o644, user: { id: 0 }, group: { name: 'x' } })),
  ofCase(files({}), 'path-missing'),
  ofCase(files({ path: 'a' }), 'path-relative'),
  ofCase(files({ path: '/a//b' }), 'path-not-simple'),
  ofCase(files({ path: '/a/' }), 'path-not-simple'),
  ofCase(files({ path: '/a/../b' }), 'path-not-simple'),
  ofCase(files({ path: '/a', mode: 4096 }), 'mode-invalid'),
  ofCase(files({ path: '/a', mode: 0o4755 }), 'mode-special-bits'),
  ofCase(files({ path: '/a', overwrite: true }), 'overwrite-without-source'),
  ofCase(files({ path: '/a', overwrite: true, contents: { source: '' } })),
  ofCase(files({ path: '/a', user: { id: 1, name: 'a' } }), 'id-and-name'),
  ofCase(files({ path: '/a' }, { path: '/a' }), 'listed-twice'),
  ofCase(config({ storage: { files: [{ path: '/a' }], directories: [{ path: '/a' }] } }), 'listed-twice'),
  ofCase(config({ storage: { files: [{ path: '/a/b' }], links: [{ path: '/a', target: 'c' }] } }), 'below-link'),
  atBoot(files({ path: '/a' }, { path: '/a/b' }), 'below-file'),
  ofCase(config({ storage: { links: [{ path: '/a' }] } }), 'link-target-missing'),
  ofCase(
    config({ storage: { links: [{ path: '/a', target: '/d', hard: true }], directories: [{ path: '/d' }] } }),
    'link-to-directory',
  ),
  ofCase(config({ storage: { links: [{ path: '/a', target: '/d', hard: true, user: { id: 1 } }] } }), 'link-owner'),

  // Resources
  ofCase(source('data:,a%20b')),
  ofCase(source('data:;base64,YQ==')),
  ofCase(source('data:text/plain;charset=utf-8;base64,YQ==')),
  ofCase(source('data:;charset="a,b",x')),
  ...['data:', 'data:,ü', 'data:,a b', 'data:,a#b', 'data:,%', 'data:,%zz', 'data:text,a', 'data:;x,a'].map((url) =>
    ofCase(source(url), 'data-url-invalid'),
  ),
  ofCase(source('data:;base64,YQ'), 'data-url-invalid'),
  ofCase(source('data:;base64,YQ%3D%3D'), 'data-url-invalid'),
  ofCase(source('HTTP://example.org')),
  ofCase(source('gs://bucket/object')),
  ofCase(config({ storage: { files: [{ path: '/a', contents: { source: 'gs://b/o' } }] } }, 0), 'source-scheme'),
  ofCase(source('ftp://example.org'), 'source-scheme'),
  ofCase(source('/etc/passwd'), 'source-scheme'),
  ofCase(source('http://a b/'), 'source-invalid'),
  ofCase(source('http://x:port/'), 'source-invalid'),
  ofCase(source('http://%zz/'), 'source-invalid'),
  ofCase(source('s3://bucket/object?versionId='), 's3-version-empty'),
  ofCase(source('data:,a', { compression: 'xz' }), 'compression-not-known'),
  atBoot(source('data:,a', { compression: 'gzip' }), 'gzip-invalid'),
  ofCase(hash(`sha256-${'a'.repeat(64)}`)),
  ofCase(hash('sha256'), 'hash-malformed'),
  ofCase(hash(`md5-${'a'.repeat(32)}`), 'hash-malformed'),
  ofCase(hash('sha512-00'), 'hash-wrong-length'),
  atBoot(hash(`sha256-${'g'.repeat(64)}`), 'hash-malformed'),
  atBoot(source('data:,a', { verification: { hash: `sha256-${'a'.repeat(64)}` } }), 'hash-differs'),
  ofCase(
    files({ path: '/a', contents: { verification: { hash: `sha256-${'a'.repeat(64)}` } } }),
    'hash-without-source',
  ),
  ofCase(source('data:,a', { httpHeaders: [{ name: 'a' }] }), 'headers-without-http'),
  ofCase(source('http://example.org', { httpHeaders: [{ value: 'a' }] }), 'header-name-missing'),
  ofCase(source('http://example.org', { httpHeaders: [{ name: 'a' }, { name: 'a' }] }), 'listed-twice'),
  ofCase(files({ path: '/a', append: [{ source: 'data:,a' }, { source: 'data:,a' }] })),
  ofCase('{"ignition":{"version":"3.3.0","config":{"merge":[{}]}}}', 'source-missing'),
  ofCase('{"ignition":{"version":"3.3.0","proxy":{"httpProxy":"ftp://x"}}}', 'proxy-scheme'),
  ofCase('{"ignition":{"version":"3.3.0","proxy":{"httpsProxy":"http://x"}}}', 'proxy-plaintext'),
  ofCase('{"ignition":{"version":"3.3.0","security":{"tls":{"certificateAuthorities":[{}]}}}}', 'source-missing'),
  ofCase(config({ kernelArguments: { shouldExist: ['a', 'a'], shouldNotExist: ['b'] } }), 'listed-twice'),
  ofCase(config({ kernelArguments: { shouldExist: ['a'], shouldNotExist: ['a'] } }), 'listed-twice'),

  // Disks
  ofCase(partitions({ label: 'a', sizeMiB: 0, startMiB: 0 }, { number: 2, resize: true, label: 'b' })),
  ofCase(config({ storage: { disks: [{}] } }), 'device-missing'),
  ofCase(config({ storage: { disks: [{ device: 'sda' }] } }), 'path-relative'),
  ofCase(partitions({ sizeMiB: 5 }), 'partition-not-named'),
  ofCase(partitions({ label: 'a'.repeat(37) }), 'partition-label-long'),
  ofCase(partitions({ label: 'a:b' }), 'partition-label-colon'),
  ofCase(partitions({ label: 'a', number: 1 }, { label: 'a', number: 2 }), 'partition-label-twice'),
  ofCase(partitions({ number: 1 }, { number: 1 }), 'listed-twice'),
  ofCase(partitions({ number: 1, guid: 'x' }), 'guid-invalid'),
  ofCase(partitions({ number: 1, label: 'x', shouldExist: false }), 'partition-absent-with-others'),
  ofCase(partitions({ number: 1, shouldExist: false }, { label: 'x' }), 'partition-numbers-needed'),
  ofCase(
    partitions({ label: 'a', startMiB: 1, sizeMiB: 10 }, { label: 'b', startMiB: 10, sizeMiB: 1 }),
    'partitions-overlap',
  ),
  ofCase(partitions({ label: 'a', startMiB: 1, sizeMiB: 10 }, { label: 'b', startMiB: 11, sizeMiB: 1 })),
  ofCase(raid({ level: 'raid1', devices: ['/dev/b', '/dev/c'] })),
  ofCase(raid({ devices: ['/dev/b'] }), 'raid-level-missing'),
  ofCase(raid({ level: 'raid7', devices: ['/dev/b'] }), 'raid-level-not-known'),
  ofCase(raid({ level: 'raid0', spares: 1, devices: ['/dev/b'] }), 'raid-spares'),
  ofCase(raid({ level: 'raid1' }), 'raid-devices-missing'),
  ofCase(raid({ level: 'raid1', devices: ['/dev/b', '/dev/b'] }), 'listed-twice'),
  ofCase(raid({ level: 'raid1', devices: ['b'] }), 'path-relative'),
  ofCase(filesystem({ format: 'xfs', path: '/var', options: ['-f', '-f'], mountOptions: ['a', 'a'] })),
  ofCase(filesystem({ format: 'none' })),
  ofCase(filesystem({ format: 'none' }, 2), 'filesystem-not-known'),
  ofCase(filesystem({ format: 'ext3' }), 'filesystem-not-known'),
  ofCase(filesystem({ path: '/var' }), 'filesystem-format-missing'),
  ofCase(filesystem({ mountOptions: ['a'] }), 'filesystem-format-missing'),
  ofCase(filesystem({ format: 'xfs', path: 'var' }), 'path-relative'),
  ofCase(filesystem({ format: 'vfat', label: 'äöüäöü' }), 'filesystem-label-long'),
  ofCase(
    config({
      storage: {
        disks: [{ device: '/dev/a', partitions: [{ label: 'x' }] }],
        filesystems: [{ device: '/dev/a', format: 'xfs' }],
      },
    }),
    'filesystem-over-disk',
  ),
  ofCase(luks({ clevis: { tpm2: true, tang: [{ url: 'http://x', thumbprint: 'a' }], threshold: 2 } })),
  ofCase(luks({ name: 'a/b' }), 'luks-name-slash'),
  ofCase(luks({ label: 'a'.repeat(48) }), 'luks-label-long'),
  ofCase(config({ storage: { luks: [{ name: 'a' }] } }), 'device-missing'),
  ofCase(luks({ clevis: { tpm2: true, custom: { pin: 'sss', config: 'a' } } }), 'clevis-custom-alone'),
  ofCase(luks({ clevis: { custom: { pin: 'x', config: 'a' } } }), 'clevis-pin-not-known'),
  ofCase(luks({ clevis: { custom: { config: 'a' } } }), 'clevis-pin-missing'),
  ofCase(luks({ clevis: { custom: { pin: 'sss' } } }), 'clevis-config-missing'),
  ofCase(luks({ clevis: { tang: [{ url: 'ftp://x', thumbprint: 'a' }] } }), 'tang-url'),
  ofCase(luks({ clevis: { tang: [{ url: 'http://x' }] } }), 'tang-thumbprint'),
  ofCase(luks({ keyFile: { source: 'x:y' } }), 'source-scheme'),

  // Units
  ofCase(unit('[Unit]\n# a comment\n; another\n\nDescription = a \\\n  b\n[Install]\r\nWantedBy=x')),
  ofCase(unit('a=1')),
  ofCase(unit('[Unit\na=1'), 'unit-contents'),
  ofCase(unit('[Unit] x\n'), 'unit-contents'),
  ofCase(unit('[Unit]\nwords\n'), 'unit-contents'),
  ofCase(unit('[Unit]\na=1\\\n# b\nwords\n'), 'unit-contents'),
  ofCase(units({ name: 'a' }), 'unit-name'),
  ofCase(units({ name: 'a.network' }), 'unit-name'),
  ofCase(units({ name: 'a.service', enabled: true })),
  ofCase(units({ name: 'a.service', enabled: true, contents: '[Unit]' }), 'unit-not-installed'),
  ofCase(units({ name: 'a.service' }, { name: 'a.service' }), 'listed-twice'),
  ofCase(units({ name: 'a.service', dropins: [{ name: 'a' }] }), 'dropin-name'),
  ofCase(units({ name: 'a.service', dropins: [{ name: 'a.conf', contents: '[x' }] }), 'unit-contents'),
  ofCase(units({ name: 'a.service', dropins: [{ name: 'a.conf' }, { name: 'a.conf' }] }), 'listed-twice'),
  atBoot(
    config({
      systemd: { units: [{ name: 'a.service', contents: '[Unit]' }] },
      storage: { files: [{ path: '/etc/systemd/system/a.service' }] },
    }),
    'path-of-unit',
  ),

  // Users
  ofCase(users({ name: 'core', sshAuthorizedKeys: [key], groups: ['a', 'b'], passwordHash: '$y$j9T$a$b' })),
  ofCase(users({ name: 'a' }, { name: 'a' }), 'listed-twice'),
  ofCase(users({ name: 'a', sshAuthorizedKeys: [key, key] }), 'listed-twice'),
  ofCase(users({ name: 'a', groups: ['a', 'a'] }), 'listed-twice'),
  ofCase(users({ name: 'a', sshAuthorizedKeys: ['me@example.org'] }), 'key-not-public'),
  atBoot(users({ name: 'a', sshAuthorizedKeys: ['-----BEGIN OPENSSH PRIVATE KEY-----'] }), 'key-private'),
  atBoot(users({ name: 'a', passwordHash: 'secret' }), 'password-plain'),
  atBoot(users({}), 'name-missing'),
]
