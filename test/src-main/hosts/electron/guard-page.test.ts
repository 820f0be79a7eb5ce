import { describe, expect, test } from 'vitest'
import type { Api, News } from '../../../../src-shared/api.ts'
import type { Drive } from '../../../../src-shared/drive.ts'
import { ok } from '../../../../src-shared/result.ts'
import type { SimpleAnswers } from '../../../../src-shared/simple-answers.ts'
import { guardPage } from '../../../../src-main/hosts/electron/guard-page.ts'
import { PageGrants } from '../../../../src-main/hosts/electron/page-grants.ts'

const sha256 = 'a'.repeat(64)
const mirror = 'https://mirror.example/streams/'
const identity = {
  ...{ device: '/dev/sdb', kind: 'block' as const, size: 8e9, model: 'Stick', vendor: null, serial: '1', wwn: null },
  ...{ byId: null, number: '8:16', attachment: null, medium: null },
}
const drive = { identity } as Drive
const file = (path: string) => ({ image: { kind: 'file' as const, path } })
const at = (url: string) => ({ image: { kind: 'url' as const, url } })
const stream = {
  image: { kind: 'stream' as const, stream: 'stable', architecture: 'x86_64', platform: 'metal', format: 'raw.xz' },
}
const write = { source: stream, drives: [{ drive: identity.device, identity }] }

/**
 * Makes a guarded core that does nothing. Records the calls that reach it with their arguments, and
 * the questions to the user. `core` is the same without the guard.
 */
function guard({ agree = false, streamBaseUrl = null as string | null } = {}) {
  const called: [name: string, args: unknown][] = []
  const asked: [string, string[]][] = []
  const grants = new PageGrants()
  const kept: SimpleAnswers[] = []
  let tell: (news: News) => void = () => {}
  const core = new Proxy({} as Record<string, unknown>, {
    get: (_, name: string) => (args: unknown) => {
      if (name === 'subscribe') return (tell = args as typeof tell)
      if (name === 'surroundings') return Promise.resolve(ok({ streamBaseUrl }))
      called.push([name, args])
      if (name === 'inspectDrive') return Promise.resolve(ok(drive))
      if (name === 'drives') return Promise.resolve(ok([drive]))
      if (name === 'recentImages') return Promise.resolve(ok([file('/recent.raw'), at('https://recent.example/a')]))
      return Promise.resolve(ok(null))
    },
  }) as unknown as Api
  const api = guardPage(
    core,
    grants,
    async (question, facts) => (asked.push([question, facts]), agree),
    (each) => kept.push(each),
  )
  api.subscribe(() => {})
  return { api, core, called, asked, grants, kept, listDrive: () => tell({ news: 'drives', drives: [drive] }) }
}
type Guarded = ReturnType<typeof guard>

/** Calls with a value that the page invented. */
const answers = {
  user: 'core',
  sshKeys: ['ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOMqqnkVzrm0SdG6UOoqKLsabgH5C9okWi0dh2l9GKJl me@laptop'],
  hostname: 'node-1',
  ...{ passwordHash: null, timezone: null, address: null, autologin: false, updateWindow: null },
}

const inventions: Record<string, (api: Api, grants: PageGrants) => Promise<unknown>> = {
  'a folder': (api) => api.start({ spec: { job: 'download', source: stream, directory: '/etc' } }),
  'a file as a drive': (api) => api.inspectDrive({ path: '/home/u/.bashrc' }),
  'a keyring for good': (api) => api.changeSettings({ changes: { keyring: '/k' } }),
  'a cache': (api) => api.changeSettings({ changes: { cacheDirectory: '/etc' } }),
  'a mirror for a stream': (api) => api.catalog({ stream: 'stable', streamBaseUrl: mirror }),
  'a mirror for the releases of a stream': (api) => api.releases({ stream: 'stable', streamBaseUrl: mirror }),
  'a mirror for a job': (api) => api.preview({ source: { ...stream, streamBaseUrl: mirror } }),
  'a mirror to identify by': (api) =>
    api.start({ spec: { job: 'identify', drive: identity.device, identity, streamBaseUrl: mirror } }),
  'a receipt': (api) =>
    api.start({ spec: { job: 'verify', source: stream, drive: identity.device, identity, receipt: '/r.json' } }),
  'an empty first boot': (api) => api.startWrites({ spec: { ...write, firstBoot: {} } }),
  'an installation without a disk': (api) =>
    api.startWrites({ spec: { ...write, firstBoot: { live: { acceptInstall: true } } } }),
  'a script of an installation': (api) =>
    api.startWrites({
      spec: { ...write, firstBoot: { live: { destDevice: '/dev/sda', acceptInstall: true, preInstall: ['/s'] } } },
    }),
  'kernel arguments': (api) =>
    api.startWrites({
      spec: { ...write, firstBoot: { ignition: { location: '/c.ign' }, appendKargs: ['init=/bin/sh'] } },
    }),
  'an address that is none': (api) =>
    api.startWrites({
      spec: {
        ...write,
        firstBoot: { answers: { ...answers, address: { address: 'x/24', gateway: null, dns: [], device: null } } },
      },
    }),
  'a login without a password': (api) =>
    api.startWrites({ spec: { ...write, firstBoot: { answers: { ...answers, autologin: true } } } }),
  'another user': (api) => api.startWrites({ spec: { ...write, firstBoot: { answers: { ...answers, user: 'me' } } } }),
  'a key that is none': (api) =>
    api.startWrites({ spec: { ...write, firstBoot: { answers: { ...answers, sshKeys: ['x'] } } } }),
  'answers beside a config': (api) =>
    api.startWrites({ spec: { ...write, firstBoot: { answers, ignition: { location: '/c.ign' } } } }),
  'a config of a server': (api) =>
    api.startWrites({ spec: { ...write, firstBoot: { ignition: { location: 'https://x.example/c.ign' } } } }),
  'a live system for the network': (api) => {
    const firstBoot = { ignition: { location: '/c.ign' } }
    return api.start({ spec: { job: 'download', source: stream, directory: '/granted', firstBoot } })
  },
  'a boot loader': (api, grants) => {
    grants.addPath('download', '/granted')
    return api.start({ spec: { job: 'download', source: stream, directory: '/granted', loader: 'grub' } })
  },
  'a restored drive that was not listed': (api) =>
    api.start({ spec: { job: 'restore', drive: '/dev/sdc', identity: { ...identity, device: '/dev/sdc' } } }),
  'a file for a saved drive': (api) =>
    api.start({ spec: { job: 'save', drive: identity.device, identity, output: '/home/x' } }),
  'a saved drive that was not listed': (api, grants) => {
    grants.addPath('save', '/granted.img')
    const other = { ...identity, device: '/dev/sdc' }
    return api.start({ spec: { job: 'save', drive: '/dev/sdc', identity: other, output: '/granted.img' } })
  },
  'a file to replace by a saved drive': (api, grants) => {
    grants.addPath('save', '/granted.img')
    const replace = { output: '/granted.img', replace: true }
    return api.start({ spec: { job: 'save', drive: identity.device, identity, ...replace } })
  },
  'a file beside the one for a saved drive': (api, grants) => {
    grants.addPath('download', '/granted')
    grants.addPath('save', '/granted/a.img')
    return api.start({ spec: { job: 'save', drive: identity.device, identity, output: '/granted/b.img' } })
  },
  'a drive without its identity': (api) =>
    api.start({ spec: { job: 'write', source: stream, drive: identity.device, identity: undefined } }),
  'a drive of its own making': (api) =>
    api.start({
      spec: { job: 'verify', source: stream, drive: '/etc/passwd', identity: { ...identity, device: '/etc/passwd' } },
    }),
  'a stable name of its own making': (api) =>
    api.start({
      spec: { job: 'write', source: stream, drive: '/dev/sdb', identity: { ...identity, byId: '/etc/passwd' } },
    }),
  'one drive under the identity of another': (api) =>
    api.startWrites({ spec: { source: stream, drives: [{ drive: '/etc/passwd', identity }] } }),
}

test.each(Object.keys(inventions))('%s that the page made up is refused without a question', async (name) => {
  const { api, called, asked, grants, listDrive } = guard({ agree: true })
  listDrive()
  await expect(inventions[name]!(api, grants)).rejects.toMatchObject({ code: 'usage' })
  expect([called, asked]).toEqual([[], []])
})

/** Calls that need the user's consent, with the question and its facts. */
const questions: Record<string, [(guarded: Guarded) => Promise<unknown>, string, string[]]> = {
  'a server': [
    ({ api }) => api.preview({ source: at('https://x.example/a?b=c') }),
    'server',
    ['https://x.example/a?…'],
  ],
  'the server of a signature': [
    ({ api, grants }) => {
      grants.addPath('image', '/a.raw')
      return api.preview({ source: { ...file('/a.raw'), signature: 'http://10.0.0.1/a.sig' } })
    },
    'server',
    ['http://10.0.0.1/a.sig'],
  ],
  'an image': [
    ({ api }) => api.preview({ source: file('/home/u/../v/\u202ea.raw') }),
    'file',
    ['/home/v/\\u{202e}a.raw'],
  ],
  'a keyring': [({ api }) => api.preview({ source: { ...stream, keyring: '/k' } }), 'file', ['/k']],
  'a config to check': [
    ({ api }) => api.checkIgnition({ path: '/home/u/.ssh/id_rsa', release: null }),
    'file',
    ['/home/u/.ssh/id_rsa'],
  ],
  'keys that may log in': [
    ({ api, listDrive }) => {
      listDrive()
      return api.startWrites({ spec: { ...write, firstBoot: { answers } } })
    },
    'sshKeys',
    ['me@laptop\nSHA256:+DiY3wvvV6TuJJhbpZisF/zLDA0zPMSvHdkr4UvCOqU'],
  ],
  'a password': [
    ({ api, listDrive }) => {
      listDrive()
      return api.startWrites({
        spec: { ...write, firstBoot: { answers: { ...answers, sshKeys: [], passwordHash: '$6$x$y' } } },
      })
    },
    'password',
    [],
  ],
  'a live system that erases a disk': [
    ({ api, listDrive }) => {
      listDrive()
      return api.startWrites({
        spec: { ...write, firstBoot: { live: { destDevice: '/dev/sda', acceptInstall: true } } },
      })
    },
    'install',
    ['/dev/sda'],
  ],
  'a live system that also takes the disk out of arrays': [
    ({ api, grants, listDrive }) => {
      listDrive()
      // An agreement to erase the disk is none to wipe it.
      grants.addDisk('/dev/sda', false)
      return api.startWrites({
        spec: { ...write, firstBoot: { live: { destDevice: '/dev/sda', destWipe: true, acceptInstall: true } } },
      })
    },
    'installWipe',
    ['/dev/sda'],
  ],
  'a config to write': [
    ({ api, listDrive }) => {
      listDrive()
      return api.startWrites({ spec: { ...write, firstBoot: { ignition: { location: '/c.ign' } } } })
    },
    'file',
    ['/c.ign'],
  ],
  'a list of sums': [
    ({ api }) => api.preview({ source: { ...stream, checksumFile: '/SHA256SUMS' } }),
    'file',
    ['/SHA256SUMS'],
  ],
  'the server of a list of sums': [
    ({ api }) => api.preview({ source: { ...stream, checksumFile: 'https://x.example/SHA256SUMS' } }),
    'server',
    ['https://x.example/SHA256SUMS'],
  ],
  'an unproved image': [
    ({ api, grants, listDrive }) => {
      grants.addPath('image', '/a.raw')
      listDrive()
      return api.startWrites({
        spec: { source: { ...file('/a.raw'), insecure: true }, drives: [{ drive: '/dev/sdb', identity }] },
      })
    },
    'unproved',
    ['/a.raw → /dev/sdb'],
  ],
  'a sum in place of a signature': [
    ({ api, grants }) => {
      grants.addPath('image', '/a.raw')
      grants.addPath('download', '/d')
      return api.start({ spec: { job: 'download', source: { ...file('/a.raw'), sha256 }, directory: '/d' } })
    },
    'sum',
    ['/a.raw → /d', sha256],
  ],
  'a list of sums in place of a signature': [
    ({ api, grants }) => {
      grants.addPath('image', '/a.raw')
      grants.addPath('checksumFile', '/SHA256SUMS')
      grants.addPath('download', '/d')
      const source = { ...file('/a.raw'), checksumFile: '/SHA256SUMS' }
      return api.start({ spec: { job: 'download', source, directory: '/d' } })
    },
    'list',
    ['/a.raw → /d', '/SHA256SUMS'],
  ],
  'keys besides Fedora’s': [
    ({ api, grants, listDrive }) => {
      grants.addPath('keyring', '/k')
      listDrive()
      const source = { ...stream, keyring: '/k' }
      return api.start({ spec: { job: 'verify', source, drive: '/dev/sdb', identity } })
    },
    'keys',
    ['stable x86_64 metal raw.xz → /dev/sdb', '/k'],
  ],
  'another mirror': [({ api }) => api.changeSettings({ changes: { streamBaseUrl: mirror } }), 'mirror', [mirror]],
  'keys for good': [
    ({ api, grants }) => {
      grants.addPath('keyring', '/k')
      return api.changeSettings({ changes: { keyring: '/k' } })
    },
    'keyring',
    ['/k'],
  ],
  'no reading back': [({ api }) => api.changeSettings({ changes: { verify: false } }), 'noReadBack', []],
}

describe.each(Object.keys(questions))('%s', (name) => {
  const [call, question, facts] = questions[name]!

  test('is asked about, and a no ends the call', async () => {
    const guarded = guard()
    await expect(call(guarded)).rejects.toMatchObject({ code: 'declined' })
    expect([guarded.called, guarded.asked]).toEqual([[], [[question, facts]]])
  })

  test('passes with a yes', async () => {
    const guarded = guard({ agree: true })
    await call(guarded)
    const unguarded = guard()
    await call({ ...unguarded, api: unguarded.core })
    expect(guarded.called).toHaveLength(1)
    expect(guarded.called).toEqual(unguarded.called)
  })
})

test('what the person chose, opened or used before needs no question', async () => {
  const { api, asked, grants, listDrive } = guard({ streamBaseUrl: mirror })
  for (const [purpose, path] of [
    ['image', '/a.raw'],
    ['signature', '/a.sig'],
    ['download', '/d'],
    ['cache', '/c'],
    ['drive', '/disk.img'],
    ['ignition', '/c.ign'],
    ['save', '/saved.img'],
  ] as const)
    grants.addPath(purpose, path)
  await api.preview({ source: { ...file('/a.raw'), signature: '/a.sig', sha256 } })
  await api.preview({ source: at('https://mirror.example/other/a.raw') })
  await api.start({ spec: { job: 'download', source: stream, directory: '/d' } })
  await api.changeSettings({ changes: { cacheDirectory: '/c', keyring: null, streamBaseUrl: null, verify: true } })
  await api.inspectDrive({ path: '/disk.img' })
  await api.start({ spec: { job: 'identify', drive: identity.device, identity } })
  listDrive()
  await api.start({ spec: { job: 'write', source: stream, drive: identity.device, identity } })
  await api.start({ spec: { job: 'restore', drive: identity.device, identity, label: 'PHOTOS' } })
  await api.start({ spec: { job: 'save', drive: identity.device, identity, output: '/saved.img', verify: true } })
  await api.checkIgnition({ path: '/c.ign', release: '44.20260707.3.1' })
  await api.startWrites({ spec: { ...write, firstBoot: { ignition: { location: '/c.ign' }, acceptNoLogin: true } } })
  grants.addSshKey(answers.sshKeys[0]!)
  await api.startWrites({ spec: { ...write, firstBoot: { answers } } })
  await api.recentImages({})
  await api.preview({ source: file('/recent.raw') })
  await api.preview({ source: at('https://recent.example/b') })
  expect(asked).toEqual([])
})

test('only the keys that the user agreed to are kept for the next page', async () => {
  for (const agree of [false, true]) {
    const { api, kept, listDrive } = guard({ agree })
    listDrive()
    await api.startWrites({ spec: { ...write, firstBoot: { answers } } }).catch(() => undefined)
    expect(kept).toEqual(agree ? [answers] : [])
  }
})

test('a drive is saved over a file that the user chose, which the page itself cannot ask for', async () => {
  const { api, called, grants, listDrive } = guard()
  listDrive()
  grants.addPath('save', '/saved.img')
  const spec = { job: 'save' as const, drive: identity.device, identity, output: '/saved.img' }
  await api.start({ spec })
  expect(called).toEqual([['start', { spec: { ...spec, replace: true } }]])
})

test('a path counts for its purpose alone', async () => {
  const { api, grants } = guard()
  grants.addPath('download', '/chosen')
  await expect(api.inspectDrive({ path: '/chosen' })).rejects.toMatchObject({ code: 'usage' })
  await expect(api.changeSettings({ changes: { cacheDirectory: '/chosen' } })).rejects.toMatchObject({ code: 'usage' })
})

test('a server and a file are asked about once, also by two at the same time', async () => {
  const { api, asked } = guard({ agree: true })
  const look = () => api.preview({ source: { ...at('https://x.example/a'), keyring: '/k' } })
  await Promise.all([look(), look()])
  await api.preview({ source: at('https://x.example/other') })
  expect(asked.map(([question]) => question)).toEqual(['server', 'file'])
})

test('what was declined is asked about again when it is wanted again', async () => {
  const { api, asked } = guard()
  for (let turn = 0; turn < 2; turn++)
    await expect(api.preview({ source: at('https://x.example/a') })).rejects.toMatchObject({ code: 'declined' })
  expect(asked).toHaveLength(2)
})
