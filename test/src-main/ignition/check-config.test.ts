import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { checkConfig, isBootable } from '../../../src-main/ignition/check-config.ts'
import { describeProblem } from '../../../src-main/ignition/problem.ts'
import { parseJson, type Node } from '../../../src-main/ignition/source-tree.ts'
import { specsOf } from '../../../src-main/ignition/spec-versions.ts'
import { configCases } from './configs.ts'

const check = (text: string | Uint8Array, release?: string) =>
  checkConfig(typeof text === 'string' ? Buffer.from(text) : text, release)
const codesOf = (text: string | Uint8Array, release?: string) => check(text, release).problems.map(({ code }) => code)
const placesOf = (text: string) =>
  check(text).problems.map(({ code, place, path }) => `${place?.line}:${place?.column} ${path.join('.')} ${code}`)

describe('check of a config', () => {
  test.each(configCases)('finds in $text: $codes', ({ text, codes }) => {
    expect(codesOf(text).filter((code) => code !== 'no-login')).toEqual(codes)
  })

  test('says where each problem is', () => {
    const text = [
      '{',
      '  "ignition": { "version": "3.4.0" },',
      '  "storge": {},',
      '  "passwd": { "users": [{ "name": "core", "passwordHash": "$6$a$b" }] },',
      '\t"storage": { "files": [',
      '    { "path": "/a", "mode": 420 },',
      '    { "path": "/a",',
      '      "contents": { "source": "data:x" } }',
      '  ] }',
      '}',
    ].join('\n')
    expect(placesOf(text)).toEqual([
      '3:3 storge unused-key',
      '7:5 storage.files.1 listed-twice',
      '8:31 storage.files.1.contents.source data-url-invalid',
    ])
    expect(placesOf('{\n  "ignition": {\n  "version": "3.4.0",\n }}')).toEqual(['4:2  syntax-json'])
    expect(placesOf('{"ignition": {"version": "3.4.0"}, "storage": 5}')).toEqual(['1:47 storage wrong-type'])
  })

  test('words every problem that a config has', () => {
    for (const { text } of configCases)
      for (const problem of check(text).problems) expect(String(describeProblem(problem))).not.toMatch(/[{}](?!")/)
  })

  test.each([
    ['mode', '{"ignition":{"version":"3.5.0"},"storage":{"files":[{"path":"/a","mode":2541}]}}', 'mode-special-bits'],
    ['mode since 3.6.0', '{"ignition":{"version":"3.6.0"},"storage":{"files":[{"path":"/a","mode":2541}]}}', null],
    [
      'cex',
      '{"ignition":{"version":"3.4.0"},"storage":{"luks":[{"name":"a","device":"/a","cex":{}}]}}',
      'unused-key-later',
    ],
    [
      'cex since 3.5.0',
      '{"ignition":{"version":"3.5.0"},"storage":{"luks":[{"name":"a","device":"/a","cex":{"enabled":true},"clevis":{"tpm2":true}}]}}',
      'cex-alone',
    ],
    [
      'advertisement',
      '{"ignition":{"version":"3.4.0"},"storage":{"luks":[{"name":"a","device":"/a","clevis":{"tang":[{"url":"http://x","thumbprint":"a","advertisement":"{"}]}}]}}',
      'tang-advertisement',
    ],
    [
      'arn',
      '{"ignition":{"version":"3.4.0"},"storage":{"files":[{"path":"/a","contents":{"source":"arn:aws:s3:::a/b"}}]}}',
      null,
    ],
  ])('knows the versions after 3.3.0: %s', (_, text, code) => {
    expect(codesOf(text).filter((each) => each !== 'no-login')).toEqual(code === null ? [] : [code])
  })
})

describe('a file that is no config', () => {
  const utf16 = Buffer.from('\ufeff{"ignition":{"version":"3.4.0"}}', 'utf16le')
  test.each([
    ['UTF-16, as PowerShell writes it', utf16, 'utf16-text'],
    ['a byte order mark', '\ufeff{"ignition":{"version":"3.4.0"}}', 'byte-order-mark'],
    ['another encoding', Buffer.from([0x7b, 0xe4, 0x7d]), 'not-utf8'],
    ['Butane', 'variant: fcos\nversion: 1.5.0\n', 'butane-config'],
    ['Butane as JSON', '{"variant":"fcos","version":"1.5.0"}', 'butane-config'],
    ['cloud-config', '#cloud-config\nusers: []\n', 'cloud-config'],
    ['a script', '#!/bin/sh\necho\n', 'shell-script'],
    ['a web page', '\n<!DOCTYPE html><html>', 'html-page'],
    ['a MachineConfig', 'apiVersion: machineconfiguration.openshift.io/v1\nkind: MachineConfig\n', 'machine-config'],
    ['a MachineConfig as JSON', '{"apiVersion":"v1","kind":"MachineConfig"}', 'machine-config'],
    ['a config of Container Linux', '{"ignition":{"version":"2.3.0"},"networkd":{}}', 'version-of-old-ignition'],
    ['a public key', 'ssh-rsa AAAAB3NzaC1yc2E me@example.org\n', 'public-key'],
    ['a private key', '-----BEGIN OPENSSH PRIVATE KEY-----\nb3Bl\n', 'private-key'],
    ['gzip', Buffer.from([0x1f, 0x8b, 8, 0]), 'packed-file'],
    ['other YAML', 'passwd:\n  users: []\n', 'syntax-json'],
  ])('is named: %s', (_, content, code) => {
    expect(codesOf(content)).toEqual([code])
    expect(isBootable(check(content))).toBe(false)
  })
})

describe('the version that a release accepts', () => {
  const text = (version: string) => JSON.stringify({ ignition: { version } })

  test.each([
    ['31.20200505.3.0', { certain: 0, possible: 0 }],
    ['32.20200615.3.0', { certain: 0, possible: 1 }],
    ['37.20230401.3.0', { certain: 4, possible: 4 }],
    ['41.20241109.3.0', { certain: 4, possible: 5 }],
    ['43.20260217.3.1', { certain: 5, possible: 5 }],
    ['44.20260510.1.0', { certain: 6, possible: 6 }],
  ])('of %s', (release, specs) => expect(specsOf(release)).toEqual(specs))

  test('is not to be exceeded', () => {
    expect(codesOf(text('3.5.0'), '37.20230401.3.0')).toContain('version-too-new')
    expect(codesOf(text('3.5.0'), '41.20241109.3.0')).toContain('version-perhaps-too-new')
    expect(codesOf(text('3.5.0'), '43.20260217.3.1')).toEqual(['no-login'])
    expect(specsOf('rawhide')).toBeNull()
  })
})

describe('the warning that nobody can log in', () => {
  const warns = (parts: object) =>
    codesOf(JSON.stringify({ ignition: { version: '3.4.0' }, ...parts })).includes('no-login')
  const key = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOMqqnkVzrm0SdG6UOoqKLsabgH5C9okWi0dh2l9GKJl'

  test.each([
    ['an empty config', {}, true],
    ['a user alone', { passwd: { users: [{ name: 'core' }] } }, true],
    ['a comment as key', { passwd: { users: [{ name: 'core', sshAuthorizedKeys: ['# none'] }] } }, true],
    [
      'a key that was cut off',
      { passwd: { users: [{ name: 'core', sshAuthorizedKeys: [key.slice(0, -8), `# none\n${key.slice(0, -4)} a`] }] } },
      true,
    ],
    [
      'a key of a type to come',
      { passwd: { users: [{ name: 'core', sshAuthorizedKeys: ['new-key@a AAAA b'] }] } },
      false,
    ],
    [
      'several keys in one',
      { passwd: { users: [{ name: 'core', sshAuthorizedKeys: [`${key} a\n${key} b`] }] } },
      false,
    ],
    ['a locked password', { passwd: { users: [{ name: 'core', passwordHash: '*' }] } }, true],
    ['a key', { passwd: { users: [{ name: 'core', sshAuthorizedKeys: [key] }] } }, false],
    ['a password', { passwd: { users: [{ name: 'core', passwordHash: '$6$a$b' }] } }, false],
    ['a config from elsewhere', { ignition: { version: '3.4.0', config: { replace: { source: 'http://x' } } } }, false],
    [
      'a console that logs in',
      {
        systemd: {
          units: [
            {
              name: 'getty@tty1.service',
              dropins: [{ name: 'a.conf', contents: '[Service]\nExecStart=-/usr/sbin/agetty --autologin core %I\n' }],
            },
          ],
        },
      },
      false,
    ],
    ['a file of keys', { storage: { files: [{ path: '/home/core/.ssh/authorized_keys' }] } }, false],
  ])('with %s: %s', (_, parts, expected) => expect(warns(parts)).toBe(expected))
})

describe('the parser', () => {
  const dataOf = (node: Node): unknown => {
    if (node.kind === 'list') return node.items.map(dataOf)
    if (node.kind === 'scalar') return node.value
    return Object.fromEntries(node.entries.map(({ key, value }) => [key, dataOf(value)]))
  }
  const layouts = fc.constantFrom<string | number | undefined>(undefined, 2, '\t')

  test('reads every JSON as JSON.parse does', () => {
    fc.assert(
      fc.property(fc.jsonValue({ depthSize: 'small' }), layouts, (value, layout) => {
        const text = JSON.stringify(value, null, layout)
        const { node } = parseJson(text)
        expect(JSON.stringify(dataOf(node!))).toBe(JSON.stringify(JSON.parse(text)))
      }),
    )
  })

  test.each(['\r', '\r\n', '\t\r'])('takes %j for a blank', (blank) => {
    const text = JSON.stringify({ a: [{ b: 'c' }, 1], d: null }).replaceAll(/[{}[\],:]/g, `${blank}$&${blank}`)
    expect(dataOf(parseJson(text).node!)).toEqual(JSON.parse(text))
  })

  test('refuses a nesting that no config has', () => {
    expect(codesOf('['.repeat(5000) + ']'.repeat(5000))).toEqual(['too-deep'])
  })
})
