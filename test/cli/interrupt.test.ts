import { readdir, readFile, truncate, writeFile, mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { gz, xz } from '../support/images/compress.ts'
import { makeCliWorld, makeOldBytes, type CliWorld } from '../support/worlds/cli-world.ts'
import { expectDriveState } from '../support/drives/expect-drive.ts'
import { expectFailed, phasesOf } from '../support/expect/expect-events.ts'
import { testWith } from '../support/run/needs.ts'
import { readParts } from '../support/files/read-parts.ts'
import type { RunOptions } from '../support/worlds/run-kindling.ts'
import { makeServedDrive } from '../support/drives/served-drive.ts'
import { followSteps, type Moment } from '../support/drives/write-steps.ts'
import { buildZstFrame } from '../support/images/zst-framing.ts'
import { mib } from '../support/files/mib.ts'

let world: CliWorld
beforeAll(async () => {
  world = await makeCliWorld({ imageSize: 4 * mib })
})
afterAll(() => world.dispose())

/** Sends a signal as soon as a phase starts. */
const stopIn = (phase: string, signal: NodeJS.Signals = 'SIGINT'): RunOptions => ({
  onEvent(event, stop) {
    if (event.event === 'phase' && event.phase === phase) stop(signal)
  },
})

/** Sends SIGINT once the mirror has stalled in the middle of a response. */
const stopWhenStalled = (url: string): RunOptions => ({
  onStart: (stop) => void world.mirror.stalled(url).then(() => stop('SIGINT')),
})

/** Creates a sparse file so large that reading it takes seconds. It uses no disk space. */
async function makeHuge(name: string): Promise<string> {
  const path = world.path(name)
  await writeFile(path, '')
  await truncate(path, 8 * 1024 * mib)
  return path
}

describe('Ctrl-C during a write', () => {
  async function interrupt(source: string[], options: RunOptions) {
    const drive = await world.makeDrive()
    const env = { XDG_CACHE_HOME: world.path('cache') }
    const run = await world.kindling(['write', ...source, '--drive', drive.path, '--yes', '--json'], {
      env,
      ...options,
    })
    const failure = expectFailed(run, 'interrupted', 130)
    expectDriveState(failure.driveState, { before: drive.before, after: await drive.read() })
    const kept = await readdir(env.XDG_CACHE_HOME, { recursive: true }).catch(() => [])
    expect(kept.filter((name) => /\.tmp$|[0-9a-f]{64}$/.test(name))).toEqual([])
    for (const part of await readParts(`${env.XDG_CACHE_HOME}/kindling/images`))
      expect(part).toMatchObject({ isFree: true, isAsNoted: true })
    return { state: failure.driveState, phase: phasesOf(run).at(-1) }
  }

  test('leaves the drive untouched while the signature is awaited', async () => {
    const url = await world.serve('image.raw', world.raw)
    world.mirror.fault(`${url}.sig`, { kind: 'stall', afterBytes: 100 })
    expect(await interrupt(['-u', url], stopWhenStalled(`${url}.sig`))).toEqual({
      state: 'untouched',
      phase: 'signature',
    })
  })

  test('leaves the drive untouched while a server is given another chance', async () => {
    const url = await world.serve('image.raw', world.raw)
    world.mirror.fault(url, { kind: 'status', status: 500 })
    const source = ['-u', url, '--fetch-retries', 'infinite']
    expect(await interrupt(source, stopIn('signature'))).toEqual({ state: 'untouched', phase: 'signature' })
  })

  test('leaves the drive untouched while a file is proved', async () => {
    const source = ['--image-file', await makeHuge('huge.raw'), '--sha256', '0'.repeat(64)]
    expect(await interrupt(source, stopIn('prove'))).toEqual({ state: 'untouched', phase: 'prove' })
  })

  test('leaves the drive untouched before the first MiB has come', async () => {
    const url = await world.serve('image.raw', world.raw)
    world.mirror.fault(url, { kind: 'stall', afterBytes: 500_000 })
    expect(await interrupt(['-u', url], stopWhenStalled(url))).toEqual({ state: 'untouched', phase: 'prepare' })
  })

  test('leaves the drive cleared while it is written', async () => {
    const url = await world.serve('image.raw', world.raw)
    world.mirror.fault(url, { kind: 'stall', afterBytes: 3 * mib })
    expect(await interrupt(['-u', url], stopIn('write'))).toEqual({ state: 'cleared', phase: 'write' })
  })

  test('leaves the stream’s image out of the cache', async () => {
    const { location } = world.find('raw.xz')
    world.mirror.fault(location, { kind: 'stall', afterBytes: world.rawXz.length - 1000 })
    try {
      expect(await interrupt([], stopIn('write'))).toEqual({ state: 'cleared', phase: 'write' })
    } finally {
      world.mirror.clearFaults(location)
    }
  })

  test('is the same for SIGTERM, SIGHUP and SIGQUIT', async () => {
    for (const signal of ['SIGTERM', 'SIGHUP', 'SIGQUIT'] as const) {
      const url = await world.serve('image.raw', world.raw)
      world.mirror.fault(url, { kind: 'stall', afterBytes: 3 * mib })
      expect(await interrupt(['-u', url], stopIn('write', signal))).toEqual({ state: 'cleared', phase: 'write' })
    }
  })

  testWith(['command:nohup'], 'is not what nohup asked for: it goes on', async () => {
    const url = await world.serve('image.raw', world.raw)
    world.mirror.fault(url, { kind: 'stall', afterBytes: 3 * mib })
    const drive = await world.makeDrive()
    const run = await world.kindling(['write', '-u', url, '--drive', drive.path, '--yes', '--json'], {
      // As bash starts nohup: in the same process.
      as: (program) => ['env', '_=/usr/bin/nohup', 'nohup', ...program],
      onStart: (stop) =>
        void world.mirror.stalled(url).then(() => {
          stop('SIGHUP')
          world.mirror.clearFaults(url)
        }),
    })
    expect(run).toMatchObject({ code: 0 })
    expect(run.events.at(-1)).toMatchObject({ event: 'done', receipt: { drive: { state: 'proved' } } })
  })

  test('tells people what it left', async () => {
    const url = await world.serve('image.raw', world.raw)
    world.mirror.fault(`${url}.sig`, { kind: 'stall', afterBytes: 100 })
    const drive = await world.makeDrive()
    const args = ['write', '-u', url, '--drive', drive.path, '--yes']
    const run = await world.kindling(args, stopWhenStalled(`${url}.sig`))
    expect(run.code).toBe(130)
    expect(run.stdout).toBe('')
    expect(run.stderr).toContain('kindling: Stopped.\nThe drive was not changed.\n')
  })

  const phases: [string, isOf: (moment: Moment) => boolean][] = [
    ['flush', ({ step, kind }) => step === 'write' && kind === 'flush'],
    ['read-back', ({ step }) => step === 'read back'],
    ['finish', ({ step, kind }) => step === 'read back' && kind === 'write'],
  ]
  for (const [phase, isOf] of phases)
    testWith(['fuse'], `leaves a slow drive cleared in the phase ${phase}`, async () => {
      const drive = await makeServedDrive(makeOldBytes(6 * mib))
      const before = Buffer.from(drive.bytes)
      const follow = followSteps()
      const state = world.path('state')
      const log = () => readFile(join(state, 'kindling', 'kindling.log'), 'utf8')
      // The drive answers the first request of the phase only after the program has received the
      // signal.
      drive.behaviour = {
        async before(request) {
          if (isOf(follow(request))) await expect.poll(log).toContain('"event":"cancel"')
        },
      }
      try {
        const run = await world.kindling(['write', '--drive', drive.device, '--yes', '--json'], {
          env: { XDG_STATE_HOME: state },
          ...stopIn(phase),
        })
        const failure = expectFailed(run, 'interrupted', 130)
        expect(failure.driveState).toBe('cleared')
        expectDriveState('cleared', { before, after: drive.bytes })
      } finally {
        await drive.dispose()
      }
    })
})

/** Images that expand from a few MB to hundreds of GiB. Decoding one to its end takes minutes. */
describe('a signal during an image that is far larger than its file', () => {
  const makers = {
    zst: async () => buildZstFrame({ blocks: 2_000_000 }),
    gz: async () => Buffer.concat(Array<Buffer>(1000).fill(await gz(Buffer.alloc(64 * mib)))),
    xz: async () => Buffer.concat(Array<Buffer>(1000).fill(await xz(Buffer.alloc(64 * mib)))),
  }
  const files = new Map<string, Promise<string>>()
  function makeBomb(kind: keyof typeof makers): Promise<string> {
    const path = files.get(kind) ?? makers[kind]().then((bytes) => world.save(`bomb.raw.${kind}`, bytes, null))
    files.set(kind, path)
    return path
  }

  test.each([
    ['zst', 'SIGTERM'],
    ['gz', 'SIGINT'],
  ] as const)('ends a write that decodes a .%s to learn its size (%s)', async (kind, signal) => {
    const drive = await world.makeDrive(mib)
    const args = ['write', '--image-file', await makeBomb(kind), '--insecure', '--drive', drive.path, '--yes', '--json']
    const run = await world.kindling(args, stopIn('prove', signal))
    expect(expectFailed(run, 'interrupted', 130).driveState).toBe('untouched')
  })

  test.each([
    ['zst', 'SIGINT'],
    ['gz', 'SIGTERM'],
    ['xz', 'SIGHUP'],
  ] as const)('ends a download that is decompressed, of a .%s (%s)', async (kind, signal) => {
    const directory = world.path('downloads')
    const args = ['download', '--image-file', await makeBomb(kind), '--insecure', '-d', '-C', directory, '--json']
    const run = await world.kindling(args, stopIn('download', signal))
    expectFailed(run, 'interrupted', 130)
    expect(await readdir(directory)).toEqual([])
  })

  test('ends a verify of a .zst', async () => {
    const drive = await makeHuge('drive.img')
    const args = ['verify', '--image-file', await makeBomb('zst'), '--insecure', '--drive', drive, '--json']
    const run = await world.kindling(args, stopIn('read-back', 'SIGTERM'))
    expect(expectFailed(run, 'interrupted', 130).driveState).toBe('untouched')
  })
})

describe('Ctrl-C during other jobs', () => {
  test('leaves of a download the part that came, for the next', async () => {
    const url = await world.serve('image.raw', world.raw)
    world.mirror.fault(url, { kind: 'stall', afterBytes: 3 * mib })
    const directory = world.path('downloads')
    const args = ['download', '-u', url, '-C', directory, '--json']
    const run = await world.kindling(args, stopWhenStalled(url))
    expect(expectFailed(run, 'interrupted', 130).driveState).toBeNull()
    expect(await readdir(directory)).toEqual(['image.raw.partial'])
    expect(await readParts(directory)).toMatchObject([{ isFree: true, isAsNoted: true }])
  })

  test('leaves nothing of a download that is decompressed', async () => {
    const url = await world.serve('image.raw.xz', world.rawXz)
    world.mirror.fault(url, { kind: 'stall', afterBytes: world.rawXz.length - 100 })
    const directory = world.path('downloads')
    const args = ['download', '-u', url, '-d', '-C', directory, '--json']
    expectFailed(await world.kindling(args, stopWhenStalled(url)), 'interrupted', 130)
    expect(await readdir(directory)).toEqual([])
  })

  test('leaves a file that is proved as it was', async () => {
    const directory = world.path('downloads')
    await mkdir(directory)
    const name = world.find('raw.xz').location.split('/').pop()!
    await writeFile(join(directory, name), '')
    await truncate(join(directory, name), 8 * 1024 * mib)
    const run = await world.kindling(['download', '-C', directory, '--json'], stopIn('prove'))
    expectFailed(run, 'interrupted', 130)
    expect(await readdir(directory)).toEqual([name])
  })

  test('ends a verify, which touches nothing', async () => {
    const image = await makeHuge('huge.raw')
    const drive = await makeHuge('drive.img')
    const run = await world.kindling(['verify', '--image-file', image, '--drive', drive, '--json'], stopIn('read-back'))
    expect(expectFailed(run, 'interrupted', 130).driveState).toBe('untouched')
  })

  test('ends a list, which has no drive', async () => {
    const stream = await world.publish(() => {})
    world.mirror.fault(`streams/${stream}.json`, { kind: 'stall', afterBytes: 10 })
    const run = await world.kindling(['list', '-s', stream, '--json'], stopWhenStalled(`streams/${stream}.json`))
    expect(expectFailed(run, 'interrupted', 130).driveState).toBeNull()
  })
})
