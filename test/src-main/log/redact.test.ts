import { expect, test } from 'vitest'
import { createRedactor } from '../../../src-main/log/redact.ts'

const redactor = createRedactor({
  homes: ['/home/alice', '/root', 'C:\\Users\\Alice'],
  users: ['alice', 'root', 'bob.b'],
  environment: {
    https_proxy: 'http://proxyuser:pr%40xypass@proxy.example:3128',
    HTTP_PROXY: 'another:secretword@proxy.example',
    KINDLING_STREAM_BASE_URL: 'https://mirror.example/?token=mirrortoken',
    PATH: '/usr/bin',
  },
})

test.each([
  ['user and password of an address', 'https://me:pw@host.example/a.xz', 'https://***@host.example/a.xz'],
  ['a token as the user', 'https://ghp_abc@host.example:8443/a', 'https://***@host.example:8443/a'],
  ['a password with an @', 'https://me:p@w@host.example/a', 'https://***@host.example/a'],
  ['a query', 'at https://host.example/a?sig=abc&x=1, twice', 'at https://host.example/a?*** twice'],
  ['a fragment', 'https://host.example/a#token', 'https://host.example/a#***'],
  ['two addresses', 'ftp://a:b@x/ http://c:d@y/', 'ftp://***@x/ http://***@y/'],
  ['a proxy without a scheme', 'me:pw@proxy.example:3128', '***@proxy.example:3128'],
  ['the environment’s password by itself', 'failed with pr@xypass', 'failed with ***'],
  ['the environment’s password as it is written', 'failed with pr%40xypass', 'failed with ***'],
  ['the environment’s token by itself', 'mirrortoken', '***'],
  ['the home directory', '/home/alice/Downloads/a.iso', '~/Downloads/a.iso'],
  ['the home directory in a file: address', 'file:///home/alice/k/main.js:1:2', 'file://~/k/main.js:1:2'],
  ['a home directory of Windows', 'C:\\Users\\Alice\\a.iso', '~\\a.iso'],
  ['a home directory of Windows with slashes', 'C:/Users/Alice/a.iso', '~/a.iso'],
  ['the home of somebody else', '/home/carol/a.iso and /Users/dave', '/home/USER/a.iso and /Users/USER'],
  ['a mount point with a name', '/run/media/carol/STICK', '/run/media/USER/STICK'],
  ['a user’s name in a path', '/srv/alice/a.iso', '/srv/USER/a.iso'],
  ['a user’s name with a dot', '/srv/bob.b', '/srv/USER'],
  ['a name that only looks like one', '/srv/bobxb/alicea', '/srv/bobxb/alicea'],
  ['a drive’s stable name', 'open /dev/disk/by-id/usb-SanDisk_4C530001', expect.stringMatching(/by-id\/#[\da-f]{6}$/)],
  [
    'nothing',
    'https://builds.coreos.fedoraproject.org/streams/stable.json',
    'https://builds.coreos.fedoraproject.org/streams/stable.json',
  ],
])('%s', (_name, text, safe) => {
  expect(redactor.redactText(text)).toEqual(safe)
})

test('a serial number becomes six digits of its hash, wherever it stands', () => {
  redactor.learnSerial('WD-WX12345')
  const safe = redactor.redact({
    serial: 'WD-WX12345',
    wwn: null,
    title: 'was WD-WX12345 of 1 TB',
    deep: [{ serial: 'S1' }],
  })
  expect(safe).toEqual({
    serial: expect.stringMatching(/^#[\da-f]{6}$/),
    wwn: null,
    title: expect.stringMatching(/^was #[\da-f]{6} of 1 TB$/),
    deep: [{ serial: expect.stringMatching(/^#/) }],
  })
})

test('what is long, deep or circular comes to an end', () => {
  const circle: Record<string, unknown> = {}
  circle['self'] = circle
  const safe = JSON.stringify(redactor.redact({ circle, list: Array(1000).fill(1), text: 'x'.repeat(1_000_000) }))
  expect(safe.length).toBeLessThan(10_000)
  expect(safe).toContain('(1000000 characters)')
})
