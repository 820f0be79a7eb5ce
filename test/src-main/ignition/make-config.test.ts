import { encrypt, verify } from 'unixcrypt'
import { describe, expect, test } from 'vitest'
import { checkConfig } from '../../../src-main/ignition/check-config.ts'
import { hashPassword, isPasswordHash } from '../../../src-main/ignition/hash-password.ts'
import { isHostname } from '../../../src-shared/is-hostname.ts'
import { isTimezone, isUserName, makeConfig } from '../../../src-main/ignition/make-config.ts'
import type { SimpleAnswers } from '../../../src-shared/simple-answers.ts'
import { parseAddress, writeKeyfile } from '../../../src-main/ignition/network-keyfile.ts'
import { parseUpdateWindow } from '../../../src-main/ignition/update-window.ts'

const none: SimpleAnswers = {
  user: 'core',
  sshKeys: [],
  passwordHash: null,
  hostname: null,
  timezone: null,
  address: null,
  autologin: false,
  updateWindow: null,
}
const key = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOMqqnkVzrm0SdG6UOoqKLsabgH5C9okWi0dh2l9GKJl me@example.org'
const everything: SimpleAnswers = {
  user: 'ops',
  sshKeys: [key],
  passwordHash: '$6$rounds=50000$abc$def',
  hostname: 'node-7',
  timezone: 'Europe/Moscow',
  address: parseAddress('192.0.2.5/24,gateway=192.0.2.1,dns=192.0.2.1,device=52:54:00:ab:cd:ef'),
  autologin: true,
  updateWindow: parseUpdateWindow('sat,Sun@22:30+60'),
}

describe('a config of simple answers', () => {
  test('holds all of them', () => {
    const { config, butane, problems } = makeConfig(everything, null)
    expect(problems).toEqual([])
    expect(config?.ignition).toEqual({ version: '3.4.0' })
    expect(config?.passwd).toEqual({
      users: [
        { name: 'ops', sshAuthorizedKeys: [key], passwordHash: '$6$rounds=50000$abc$def', groups: ['sudo', 'wheel'] },
      ],
    })
    expect(config?.storage?.links).toEqual([{ path: '/etc/localtime', target: '../usr/share/zoneinfo/Europe/Moscow' }])
    expect(config?.storage?.files?.map(({ path, mode, overwrite }) => [path, mode, overwrite])).toEqual([
      ['/etc/hostname', 0o644, true],
      ['/etc/NetworkManager/system-connections/52540​0abcdef.nmconnection'.replace('\u200b', ''), 0o600, undefined],
      ['/etc/zincati/config.d/55-updates-strategy.toml', 0o644, undefined],
    ])
    expect(config?.storage?.files?.[0]?.contents?.source).toBe('data:,node-7')
    expect(config?.systemd?.units?.map(({ name }) => name)).toEqual([
      'getty@tty1.service',
      'serial-getty@ttyS0.service',
    ])
    expect(config?.systemd?.units?.[0]?.dropins?.[0]?.contents).toContain('--autologin ops ')
    expect(butane).toContain('variant: fcos\nversion: 1.5.0\n')
    expect(butane).toContain('mode: 0o600\n')
    expect(butane).toContain('days = [ "Sat", "Sun" ]')
    expect(checkConfig(Buffer.from(JSON.stringify(config))).problems).toEqual([])
  })

  test.each([
    ['31.20200505.3.0', '3.0.0', '1.0.0'],
    ['36.20220505.3.0', '3.3.0', '1.4.0'],
    ['44.20260510.3.0', '3.6.0', '1.7.0'],
  ])('has the newest version that %s accepts', (release, spec, butane) => {
    const made = makeConfig(everything, release)
    expect(made.config?.ignition?.version).toBe(spec)
    expect(made.butane).toContain(`version: ${butane}\n`)
    expect(checkConfig(Buffer.from(JSON.stringify(made.config)), release).problems).toEqual([])
  })

  test('is empty without answers, and says that nobody can log in', () => {
    const { config, problems } = makeConfig(none, null)
    expect(config).toEqual({ ignition: { version: '3.4.0' } })
    expect(problems.map(({ code }) => code)).toEqual(['no-login'])
  })

  test('keeps a text that looks like another type', () => {
    const { config } = makeConfig({ ...none, user: 'yes', sshKeys: [key], hostname: '0123' }, null)
    expect(config?.passwd?.users?.[0]?.name).toBe('yes')
    expect(config?.storage?.files?.[0]?.contents?.source).toBe('data:,0123')
  })
})

describe('answers', () => {
  test.each([
    ['192.0.2.5/24', { gateway: null, dns: [], device: null }],
    ['2001:db8::5/64,gateway=2001:db8::1,device=eno1', { gateway: '2001:db8::1', dns: [], device: 'eno1' }],
    ['192.0.2.5/24,dns=192.0.2.1,dns=192.0.2.2', { gateway: null, dns: ['192.0.2.1', '192.0.2.2'], device: null }],
  ])('may be the address %s', (text, expected) => expect(parseAddress(text)).toMatchObject(expected))

  test.each([
    '192.0.2.5',
    '192.0.2.5/33',
    '192.0.2.5/0',
    '192.0.2.300/24',
    '192.0.2.5/24,gateway=2001:db8::1',
    '192.0.2.5/24,gateway=192.0.2.1,gateway=192.0.2.2',
    '192.0.2.5/24,device=a b',
    '192.0.2.5/24,device=../x',
    '192.0.2.5/24,mtu=5',
    '',
  ])('may not be the address "%s"', (text) => expect(parseAddress(text)).toBeNull())

  test('make a keyfile', () => {
    expect(writeKeyfile(everything.address!)).toBe(
      [
        '[connection]\nid=525400abcdef\ntype=ethernet\n',
        '[ethernet]\nmac-address=52:54:00:AB:CD:EF\n',
        '[ipv4]\nmethod=manual\naddress1=192.0.2.5/24,192.0.2.1\ndns=192.0.2.1;\nmay-fail=false\n',
        '[ipv6]\nmethod=auto\n',
      ].join('\n'),
    )
    expect(writeKeyfile(parseAddress('2001:db8::5/64,device=eno1')!)).toContain('interface-name=eno1\n\n[ipv6]\n')
  })

  test.each(['Sat@24:00+60', 'Sat@22:30', 'Someday@22:30+60', '@22:30+60', 'Sat@22:30+0', 'Sat@22:30+1441'])(
    'may not be the update window %s',
    (text) => expect(parseUpdateWindow(text)).toBeNull(),
  )

  test('may be names that Fedora accepts', () => {
    expect(['node-1', 'a.example.org', 'node-{n}', '0'].filter((name) => !isHostname(name))).toEqual([])
    expect(['', '-a', 'a_b', 'a..b', 'a b', 'a'.repeat(64), 'ü'].filter(isHostname)).toEqual([])
    expect(['core', '_x', 'a-b_1'].filter((name) => !isUserName(name))).toEqual([])
    expect(['', 'root', 'Core', '1a', 'a b', 'a'.repeat(32)].filter(isUserName)).toEqual([])
    expect(['UTC', 'Europe/Moscow', 'America/Argentina/Ushuaia'].filter((zone) => !isTimezone(zone))).toEqual([])
    expect(['', 'Europe/Nowhere', '../etc/passwd', 'europe/moscow'].filter(isTimezone)).toEqual([])
  })
})

describe('a password', () => {
  test('is hashed with a salt of its own, so that crypt accepts it', () => {
    const [first, second] = [hashPassword('correct horse'), hashPassword('correct horse')]
    expect(first).toMatch(/^\$6\$rounds=50000\$[\w./]{16}\$[\w./]{86}$/)
    expect(first).not.toBe(second)
    expect(verify('correct horse', first)).toBe(true)
    expect(verify('correct horses', first)).toBe(false)
    expect(isPasswordHash(first)).toBe(true)
  })

  // A vector of the specification (Ulrich Drepper, "Unix crypt using SHA-256 and SHA-512").
  test('is hashed as the specification says', () => {
    expect(encrypt('Hello world!', '$6$rounds=10000$saltstringsaltst')).toBe(
      '$6$rounds=10000$saltstringsaltst$OW1/O6BYHV6BcXZu8QVeXbDWra3Oeqh0sbHbbMCVNSnCM/UrjmM0Dp8vOuZeHBy/YTBmSK6H9qs/y3RnOaw5v.',
    )
  })

  test('is not taken for a hash', () => {
    expect(['secret', '$6$', '$1$a$b', '$6$a b$c'].filter(isPasswordHash)).toEqual([])
    expect(['$y$j9T$abc$def', '$2b$12$abc', '$6$a$b'].filter((hash) => !isPasswordHash(hash))).toEqual([])
  })
})
