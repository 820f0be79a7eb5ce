import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { userInfo } from 'node:os'
import { basename, dirname, join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { makeCliWorld, type CliWorld } from '../support/worlds/cli-world.ts'
import { expectDone, expectFailed } from '../support/expect/expect-events.ts'
import { startProxy, type Proxy } from '../support/mirror/proxy.ts'
import { makeTemporaryDirectory, type TemporaryDirectory } from '../support/files/temporary.ts'

type Line = Record<string, unknown> & { event: string }

let world: CliWorld
let proxy: Proxy
let home: TemporaryDirectory
beforeAll(async () => {
  ;[world, proxy, home] = await Promise.all([makeCliWorld(), startProxy(), makeTemporaryDirectory('home-of-alice-')])
})
afterAll(() => Promise.all([world?.dispose(), proxy?.close(), home?.dispose()]))

const parse = (text: string) =>
  text
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line) as Line)
const read = async (file: string) => parse(await readFile(file, 'utf8'))
const eventsOf = (lines: Line[]) => lines.map(({ event }) => event)

/** Returns the environment of a home with its own state directory. */
let states = 0
function liveIn(path: string) {
  const state = join(path, `state-${++states}`)
  return { env: { HOME: path, XDG_STATE_HOME: state }, file: join(state, 'kindling', 'kindling.log') }
}

test('a write leaves its phases with their times, the drive, the proofs and the end', async () => {
  const { env, file } = liveIn(home.path)
  const drive = await world.makeDrive()
  expectDone(await world.kindling(['write', '--drive', drive.path, '--yes', '--json'], { env }))
  const lines = await read(file)
  const [program, ...rest] = lines
  expect(program).toMatchObject({ event: 'program', node: process.versions.node, kindling: expect.any(String) })
  expect(rest[0]).toMatchObject({ event: 'command', arguments: expect.arrayContaining(['write', '--yes']) })
  const start = lines.find(({ event }) => event === 'start')!
  expect(start['drive']).toMatchObject({ size: drive.before.length, kind: 'file', sectorSize: expect.any(Number) })
  const phases = lines.filter(({ event }) => event === 'phase')
  expect(phases.map(({ phase }) => phase)).toEqual(['signature', 'prepare', 'write', 'flush', 'read-back', 'finish'])
  const readBack = phases.at(-1)!
  expect(readBack).toMatchObject({ left: 'read-back', took: expect.any(Number), bytes: 6 * 1024 * 1024 })
  expect(lines.filter(({ event }) => event === 'proof').map(({ proof }) => proof)).toContain('signature')
  expect(lines.at(-2)).toMatchObject({ event: 'done', drive: { state: 'proved' }, image: { origin: 'signature' } })
  expect(lines.at(-1)).toMatchObject({ event: 'exit', code: 0 })
  // All lines belong to one job, except the program's own lines.
  expect(new Set(lines.flatMap(({ job }) => (job === undefined ? [] : [job]))).size).toBe(1)
})

test('no secret, no home and no name of the person is in it', async () => {
  const { env, file } = liveIn(home.path)
  const { pathname, port } = new URL(await world.serve('image.raw.xz', world.rawXz))
  const drive = join(home.path, 'drive.img')
  await writeFile(drive, Buffer.alloc(8 * 1024 * 1024, 1))
  const keyring = join(home.path, 'keys-of-alice.asc')
  await writeFile(keyring, await readFile(world.keyringFile))
  const credentials = 'http://proxyname:proxy-password@'
  const run = (image: string, more: string[] = []) =>
    world.kindling(
      ['write', '--image-url', image, '--drive', drive, '--yes', '--json', '--keyring', keyring, ...more],
      {
        env: { ...env, http_proxy: `${credentials}${proxy.address}`, SUDO_USER: 'alice', KINDLING_KEYRING: '' },
      },
    )
  const withToken = `http://images.test:${port}${pathname}?token=query-secret`
  const runs = [
    await run(withToken, ['--signature', `http://images.test:${port}${pathname}.sig?token=signature-secret`]),
    await run(`http://webuser:web-password@images.test:${port}${pathname}?token=query-secret`),
    await run(`http://webuser:web-password@nowhere.test:1${pathname}?token=query-secret`),
    await run(`http://images.test:${port}/srv/alice/gone.raw?token=query-secret`, ['--insecure']),
  ]
  expect(runs[0]!.code, runs[0]!.stdout).toBe(0)
  expect(runs.slice(2).every(({ code }) => code !== 0)).toBe(true)
  // Check that the secrets were really in use.
  for (const secret of ['query-secret', 'signature-secret']) expect(proxy.requests.join()).toContain(secret)
  expect(proxy.credentials).toContain(`Basic ${Buffer.from('proxyname:proxy-password').toString('base64')}`)
  const log = await readFile(file, 'utf8')
  expect(eventsOf(parse(log)).filter((event) => event === 'exit')).toHaveLength(4)
  for (const secret of [
    ...['query-secret', 'signature-secret', 'web-password', 'webuser', 'proxy-password', 'proxyname'],
    ...[home.path, basename(home.path), '/alice', `/${userInfo().username}`],
    ...['signer@example.org', String(process.env['PATH'])],
  ])
    expect(log, secret).not.toContain(secret)
  // Useful facts are in the log.
  for (const fact of ['~/drive.img', '~/keys-of-alice.asc', 'images.test', '?***', '"http_proxy"'])
    expect(log).toContain(fact)
})

test('a failure has its code, the state of the drive, and every cause with what the system says', async () => {
  const { env, file } = liveIn(home.path)
  const drive = await world.makeDrive()
  const missing = join(home.path, 'missing.raw')
  const run = await world.kindling(
    ['write', '--image-file', missing, '--insecure', '--drive', drive.path, '--yes', '--json'],
    {
      env,
    },
  )
  const { code } = expectFailed(run, 'source-unreadable', 1)
  const lines = await read(file)
  const [error, failed, exit] = lines.slice(-3)
  expect(error).toMatchObject({
    event: 'error',
    chain: [
      { name: 'KindlingError', code },
      { code: 'ENOENT', errno: -2, syscall: expect.any(String) },
    ],
  })
  expect(failed).toMatchObject({ event: 'failed', code, driveState: 'untouched', left: 'signature' })
  expect(exit).toMatchObject({ event: 'exit', code: 1 })
})

test('a warning is in it', async () => {
  const { env, file } = liveIn(home.path)
  const drive = await world.makeDrive()
  // If the cache path is a file, nothing can be cached.
  const cache = home.file('no-cache')
  await writeFile(cache, '')
  const args = ['write', '--drive', drive.path, '--yes', '--json']
  const run = await world.kindling(args, { env: { ...env, XDG_CACHE_HOME: cache } })
  const told = run.events.flatMap((event) => (event.event === 'warning' ? [event.code] : []))
  expect(told).toContain('not-cached')
  const kept = (await read(file)).filter(({ event }) => event === 'warning').map(({ code }) => code)
  expect(kept).toEqual(told)
})

test.each(['before', 'after'])('--log %s the command writes to that file instead', async (where) => {
  const { env, file } = liveIn(home.path)
  const own = home.file(`given-${where}/own.log`)
  const [before, after] = where === 'before' ? [['--log', own], []] : [[], ['--log', own]]
  for (const command of [['streams'], ['list', '-p', 'metal'], ['drives'], ['cache', 'list']]) {
    const run = await world.kindling([...before, ...command, ...after], { env })
    expect(run.code, run.stderr).toBe(0)
  }
  expect(eventsOf(await read(own)).filter((event) => event === 'command')).toHaveLength(4)
  await expect(readdir(dirname(file))).rejects.toThrow('ENOENT')
})

test('where the log cannot be written the job goes on, and is silent about it', async () => {
  // The state directory is a file, so not even root can create files in it.
  const { env } = liveIn(home.path)
  await writeFile(env.XDG_STATE_HOME, '')
  const drive = await world.makeDrive()
  const run = await world.kindling(['write', '--drive', drive.path, '--yes', '--json'], { env })
  expectDone(run)
  expect(run.events.some((event) => event.event === 'warning')).toBe(false)
})

test('where the log that was asked for cannot be written the job goes on, and says so once', async () => {
  const { env } = liveIn(home.path)
  await mkdir(home.file('no-file'))
  const drive = await world.makeDrive()
  const args = ['write', '--drive', drive.path, '--yes', '--log', home.file('no-file')]
  const run = await world.kindling([...args, '--json'], { env })
  expectDone(run)
  const warnings = run.events.flatMap((event) => (event.event === 'warning' ? [event.code] : []))
  expect(warnings).toEqual(['log-failed'])
  const again = await world.kindling(args, { env })
  expect([again.code, again.stderr.match(/The log .* cannot be written/g)]).toEqual([0, [expect.any(String)]])
})

test('two runs at once write to one log, and every line is whole', async () => {
  const { env, file } = liveIn(home.path)
  const drives = await Promise.all([world.makeDrive(), world.makeDrive()])
  const runs = await Promise.all(
    drives.map(({ path }) => world.kindling(['write', '--drive', path, '--yes', '--json'], { env })),
  )
  for (const run of runs) expectDone(run)
  const lines = await read(file)
  const processes = [...new Set(lines.map((line) => line['process']))]
  expect(processes).toHaveLength(2)
  for (const process of processes) {
    const own = eventsOf(lines.filter((line) => line['process'] === process))
    expect([own[0], own.at(-2), own.at(-1)]).toEqual(['program', 'done', 'exit'])
  }
})

test('usage that is wrong, and help, leave no log; help names it', async () => {
  const { env, file } = liveIn(home.path)
  const help = await world.kindling(['--help'], { env })
  expect(help.stdout).toContain(file)
  expect(help.stdout).toContain('--log <FILE>')
  await world.kindling(['list', '--nonsense'], { env })
  await expect(readdir(dirname(file))).rejects.toThrow('ENOENT')
})
