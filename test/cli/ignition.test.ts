import { execFileSync } from 'node:child_process'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { expectFailed } from '../support/expect/expect-events.ts'
import { testWith } from '../support/run/needs.ts'
import { makeCliWorld, type CliWorld } from '../support/worlds/cli-world.ts'

const key = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOMqqnkVzrm0SdG6UOoqKLsabgH5C9okWi0dh2l9GKJl me@example.org'

let world: CliWorld
let folder: string
beforeAll(async () => {
  world = await makeCliWorld({ imageSize: 4 * 1024 * 1024 })
  folder = world.path('configs')
  await mkdir(folder, { recursive: true })
})
afterAll(() => world.dispose())

async function fileWith(text: string, name = 'config.ign'): Promise<string> {
  const path = join(folder, name)
  await writeFile(path, text)
  return path
}
const call = (args: string[], stdin?: string) => world.call(['ignition', ...args], { stdin })
const config = (parts: object, version = '3.4.0') => JSON.stringify({ ignition: { version }, ...parts })
const withKey = { passwd: { users: [{ name: 'core', sshAuthorizedKeys: [key] }] } }

describe('ignition check', () => {
  test('accepts a config, and says of which version it is', async () => {
    const path = await fileWith(config(withKey))
    expect(await call(['check', path])).toMatchObject({
      code: 0,
      stdout: `${path}: a config of version 3.4.0. No warnings.\n`,
      stderr: '',
    })
  })

  test('warns when nobody can log in', async () => {
    const run = await call(['check', await fileWith(config({})), '--json'])
    expect(run.code).toBe(0)
    expect(run.events).toMatchObject([
      {
        event: 'done',
        version: '3.4.0',
        release: null,
        problems: [
          {
            severity: 'warning',
            code: 'no-login',
            line: null,
            message: expect.stringMatching(/^You cannot log in/) as string,
          },
        ],
      },
    ])
  })

  test('prints each problem with its place, and fails', async () => {
    const path = await fileWith('{\n"ignition": {"version": "3.4.0"},\n"storge": {},\n"storage": 5}')
    const run = await call(['check', path])
    expect(run.code).toBe(2)
    expect(run.stderr).toContain(`${path}:3:1: warning: storge: The key storge is ignored`)
    expect(run.stderr).toContain(`${path}:4:12: error: storage: This must be an object, not 5\n`)
    expect(run.stderr).toContain('code: config-invalid')
    expect(run.stdout).toBe('')
    const last = (await call(['check', path, '--json'])).events.at(-1)
    expect(last).toMatchObject({
      event: 'failed',
      details: { problems: 'line 4, column 12: This must be an object, not 5' },
      problems: [
        { code: 'unused-key', line: 3, column: 1, path: ['storge'] },
        { code: 'wrong-type', severity: 'error', line: 4, column: 12 },
      ],
    })
  })

  test('compares the version with that of a release, and of a stream', async () => {
    const path = await fileWith(config(withKey, '3.6.0'))
    expect((await call(['check', path, '-r', '44.20260510.3.0'])).code).toBe(0)
    expect(
      expectFailed(await call(['check', path, '-r', '40.20240504.3.0', '--json']), 'config-invalid', 2),
    ).toBeDefined()
    const ofStream = await call(['check', await fileWith(config(withKey, '3.0.0')), '-s', 'stable', '--json'])
    expect(ofStream.events.at(-1)).toMatchObject({
      event: 'done',
      release: expect.stringMatching(/^\d+\.\d+\.\d+\.\d+$/) as string,
    })
  })

  test('says why a file cannot be read', async () => {
    expectFailed(await call(['check', '/nonexistent/a.ign', '--json']), 'source-unreadable', 1)
  })
})

describe('ignition translate', () => {
  test('prints the config, with its local files', async () => {
    const path = await fileWith(
      'variant: fcos\nversion: 1.5.0\nstorage: {files: [{path: /a, contents: {local: note.txt}}]}\nsystemd: {}\n',
      'a.bu',
    )
    await fileWith('hi', 'note.txt')
    const run = await call(['translate', path, '-d', folder])
    expect(run.code).toBe(0)
    expect(JSON.parse(run.stdout)).toEqual({
      ignition: { version: '3.4.0' },
      storage: { files: [{ path: '/a', contents: { source: 'data:,hi', compression: '' } }] },
    })
    expect(run.stderr).toContain('warning: You cannot log in')
  })

  test('refuses another variant by name', async () => {
    const path = await fileWith('variant: flatcar\nversion: 1.0.0\n', 'b.bu')
    const run = await call(['translate', path])
    expect(run.code).toBe(2)
    expect(run.stderr).toContain(`${path}:1:10: error: variant: The variant "flatcar" is not for Fedora CoreOS`)
  })
})

describe('ignition make', () => {
  test('prints a config of the answers, in either language', async () => {
    const keys = await fileWith(`# mine\n${key}\n`, 'id.pub')
    const args = ['make', '--ssh-key', keys, '--hostname', 'node-1', '--timezone', 'UTC', '--autologin']
    const ignition = await call(args)
    expect(ignition).toMatchObject({ code: 0, stderr: '' })
    expect(JSON.parse(ignition.stdout)).toMatchObject({
      ignition: { version: '3.4.0' },
      passwd: { users: [{ name: 'core', sshAuthorizedKeys: [key] }] },
    })
    const butane = await call([...args, '--butane'])
    const translated = await call(['translate', await fileWith(butane.stdout, 'made.bu')])
    expect(translated.stdout).toBe(ignition.stdout)
    const checked = await call(['check', await fileWith(ignition.stdout), '--json'])
    expect(checked.events).toMatchObject([{ event: 'done', problems: [] }])
  })

  testWith(['command:perl'], 'hashes a password as the system does', async () => {
    const run = await call(['make', '--password-stdin'], 'correct horse\n')
    const { passwd } = JSON.parse(run.stdout) as { passwd: { users: { passwordHash: string }[] } }
    const hash = passwd.users[0]!.passwordHash
    const own = execFileSync('perl', ['-e', 'print crypt($ARGV[0], $ARGV[1])', 'correct horse', hash])
    expect(own.toString()).toBe(hash)
    expect(run.stdout + run.stderr).not.toContain('horse')
  })

  test.each([
    [['make', '--password-stdin'], 'the password is empty', ''],
    [['make', '--password-stdin'], 'a password is one line', 'a\nb\n'],
    [['make', '--password-stdin'], 'has a control character', 'a\0b\n'],
    [['make', '--password-stdin'], 'longer than 511 bytes', 'я'.repeat(256)],
    [['make', '--password-hash', 'secret'], 'not a hash of crypt(5)'],
    [['make', '--password-hash', '$6$a$b', '--password-stdin'], 'cannot be given together', 'a'],
    [['make', '--ssh-key', '/nonexistent'], 'neither a public key nor a file'],
    [['make', '--ssh-key', 'ssh-rsa x'], 'not a public key'],
    [['make', '--hostname', 'node-{n}'], 'the number of a drive'],
    [['make', '--hostname', 'a b'], 'is not a host name'],
    [['make', '--timezone', 'Mars/Base'], 'is not a time zone'],
    [['make', '--address', '1.2.3.4'], 'must be like'],
    [['make', '--update-window', 'daily'], 'must be like'],
    [['make', '--user', 'root'], 'is not a user name'],
    [['make', '-r', '44'], 'is not a release'],
    [['make', '-s', 'stable', '-r', '44.20260510.3.0'], 'cannot be given together'],
    [['make', 'a.ign'], 'reads no file'],
    [['make', '-d', '.'], 'is for kindling ignition translate'],
    [['check', 'a.ign', '--hostname', 'a'], 'is for kindling ignition make'],
    [['check'], 'needs a FILE'],
    [['translate'], 'needs a FILE'],
    [['burn', 'a'], 'Allowed choices'],
    [['show'], 'needs --drive'],
  ])('refuses %j: %s', async (args, reason, stdin?: string) => {
    const run = await call([...args, '--json'], stdin)
    expectFailed(run, 'usage', 2)
    expect(run.stdout).toContain(reason)
  })

  test('refuses a private key', async () => {
    const path = await fileWith('-----BEGIN OPENSSH PRIVATE KEY-----\n', 'id')
    expect((await call(['make', '--ssh-key', path])).stderr).toContain(`give the public one, ${path}.pub perhaps`)
  })

  test('leaves no hash in the log', async () => {
    const env = { XDG_STATE_HOME: world.path('state') }
    const log = join(env.XDG_STATE_HOME, 'made.log')
    await mkdir(env.XDG_STATE_HOME, { recursive: true })
    const run = await world.call(['ignition', 'make', '--password-hash', '$6$salty$hashed', '--log', log], { env })
    expect(run.code).toBe(0)
    expect(run.stdout).toContain('$6$salty$hashed')
    const text = await readFile(log, 'utf8')
    expect(text).toContain('password-hash')
    expect(text).not.toContain('salty')
  })
})
