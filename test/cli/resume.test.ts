import { mkdirSync } from 'node:fs'
import { createHash } from 'node:crypto'
import { chmod, cp, mkdir, readdir, readFile, rename, truncate, writeFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { makeCliWorld, type CliWorld, type OldDrive } from '../support/worlds/cli-world.ts'
import { expectDriveState, expectSame } from '../support/drives/expect-drive.ts'
import { expectDone, warningsOf } from '../support/expect/expect-events.ts'
import { makeNoise } from '../support/images/random-bytes.ts'
import { readParts, type Part } from '../support/files/read-parts.ts'
import type { Run, RunOptions } from '../support/worlds/run-kindling.ts'
import { patience } from '../support/run/patience.ts'
import { mib } from '../support/files/mib.ts'

let world: CliWorld
beforeAll(async () => {
  world = await makeCliWorld({ imageSize: 6 * mib })
})
afterAll(() => world.dispose())

const sha256Of = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex')

/** Returns the ranges requested for a path. The first request of a run determines the size. */
const rangesOf = (url: string) => world.mirror.requestsFor(url).map(({ range }) => range)
const sentOf = (url: string) => world.mirror.requestsFor(url).reduce((sum, { bytesSent }) => sum + bytesSent, 0)
/** Allowance for requests that determine the size and kind of an image, in bytes. */
const slack = 100_000

const partsWith = (directory: string, least: number): Promise<Part[]> =>
  vi.waitFor(
    async () => {
      const parts = await readParts(directory)
      expect(parts.some(({ noted }) => noted >= least)).toBe(true)
      return parts
    },
    { timeout: patience, interval: 10 },
  )

/**
 * Kills the program once the partial file's checkpoint covers `least` bytes and another condition
 * is met.
 */
const killAt = (directory: string, least: number, and: () => Promise<void> = async () => {}): RunOptions => ({
  onStart: (stop) =>
    void partsWith(directory, least)
      .then(and)
      .then(() => stop('SIGKILL')),
})

interface Killed {
  run: Run
  part: Part
}

async function kill(
  args: string[],
  directory: string,
  env: Record<string, string> = {},
  and?: () => Promise<void>,
): Promise<Killed> {
  const run = await world.kindling(args, { ...killAt(directory, 2 * mib, and), env })
  expect(run.signal).toBe('SIGKILL')
  const [part, ...others] = await readParts(directory)
  expect(others).toEqual([])
  return { run, part: part! }
}

describe('a write that was killed in the middle of its download', () => {
  /** The image's URL, and the directory of the cache after the kill. Killed once for all tests. */
  let place: Promise<{ url: string; cache: string }> | undefined
  const argsOf = (url: string, drive: OldDrive) => [
    ...['write', '-u', url, '--sha256', sha256Of(world.raw)],
    ...['--drive', drive.path, '--yes', '--json'],
  ]
  async function killOnce() {
    const url = await world.serve('image.raw', world.raw)
    const cache = world.path('cache')
    world.mirror.fault(url, { kind: 'stall', afterBytes: 4 * mib })
    const drive = await world.makeDrive()
    const expectCleared = async () => expectDriveState('cleared', { before: drive.before, after: await drive.read() })
    const env = { XDG_CACHE_HOME: cache }
    await kill(argsOf(url, drive), `${cache}/kindling/images`, env, () =>
      vi.waitFor(expectCleared, { timeout: patience }),
    )
    await expectCleared()
    return { url, cache }
  }

  /** Copies the cache after the kill, with its partial file. */
  async function prepare() {
    const { url, cache: killed } = await (place ??= killOnce())
    world.mirror.clearFaults(url)
    world.mirror.requests.length = 0
    const cache = world.path('cache')
    await cp(killed, cache, { recursive: true, preserveTimestamps: true })
    const images = `${cache}/kindling/images`
    const [part] = await readParts(images)
    const write = async () => {
      const drive = await world.makeDrive()
      const run = await world.call(argsOf(url, drive), { env: { XDG_CACHE_HOME: cache } })
      return { run, drive }
    }
    const expectWritten = async ({ run, drive }: Awaited<ReturnType<typeof write>>) => {
      const receipt = expectDone(run)
      expectDriveState('proved', { before: drive.before, after: await drive.read(), image: world.raw })
      expect(await readParts(images)).toEqual([])
      expectSame(await readFile(join(images, sha256Of(world.raw))), world.raw)
      return receipt
    }
    return { url, images, part: part!, write, expectWritten }
  }

  test('is taken up by the next, which fetches the rest alone', async () => {
    const { url, part, write, expectWritten } = await prepare()
    expect(part.isAsNoted).toBe(true)
    const again = await write()
    expect((await expectWritten(again)).image.fromCache).toBe(false)
    expect(warningsOf(again.run)).toEqual([])
    expect(rangesOf(url)).toContain(`bytes=${part.noted}-`)
    expect(rangesOf(url)).not.toContain(null)
    expect(sentOf(url)).toBeLessThanOrEqual(world.raw.length - part.noted + slack)
  })

  test('is fetched anew when its part was changed on the disk, with a warning', async () => {
    const { url, part, write, expectWritten } = await prepare()
    const bytes = await readFile(join(part.path, 'bytes'))
    bytes[1_234_567]! ^= 1
    await writeFile(join(part.path, 'bytes'), bytes)
    const again = await write()
    await expectWritten(again)
    expect(warningsOf(again.run)).toEqual(['partial-damaged'])
    expect(rangesOf(url)).toContain(null)
  })

  test('is fetched anew when its part was cut', async () => {
    const { part, write, expectWritten } = await prepare()
    await truncate(join(part.path, 'bytes'), part.noted - 1)
    const again = await write()
    await expectWritten(again)
    expect(warningsOf(again.run)).toEqual(['partial-damaged'])
  })

  test.each([
    ['', 'cleared', (bytes: Buffer) => bytes.fill('\x55\xaa', 510, 512, 'latin1')],
    [' and is no disk image', 'untouched', (bytes: Buffer) => bytes],
  ])('is fetched anew when the part of another image lies in its place%s', async (_, driveState, change) => {
    const { images, part, write, expectWritten } = await prepare()
    const other = change(makeNoise(part.size, 9))
    await writeFile(join(part.path, 'bytes'), other)
    const note = JSON.parse(await readFile(join(part.path, 'note.json'), 'utf8')) as object
    // The checkpoint is valid for these bytes, so that only the proof of the whole detects them.
    await writeFile(
      join(part.path, 'note.json'),
      JSON.stringify({ ...note, sha256: sha256Of(other.subarray(0, part.noted)) }),
    )
    const failed = await write()
    expect(failed.run.events.at(-1)).toMatchObject({ event: 'failed', driveState })
    expect(failed.run.code).not.toBe(0)
    expect(await readdir(images)).toEqual([])
    await expectWritten(await write())
  })

  test('is fetched anew from a server that gives no ranges any more', async () => {
    const { url, write, expectWritten } = await prepare()
    world.mirror.fault(url, { kind: 'no-range' })
    const again = await write()
    await expectWritten(again)
    expect(warningsOf(again.run)).toEqual([])
  })

  test('is fetched anew when the server has another version', async () => {
    const { url, write, expectWritten } = await prepare()
    // From now on the parts of the other tests are of no use.
    await world.mirror.put(url, world.raw)
    const again = await write()
    await expectWritten(again)
    expect(warningsOf(again.run)).toEqual([])
    expect(rangesOf(url)).toContain(null)
  })

  test('is left alone by another that fetches at the same time', async () => {
    const url = await world.serve('image.raw', world.raw)
    const env = { XDG_CACHE_HOME: world.path('cache') }
    const images = `${env.XDG_CACHE_HOME}/kindling/images`
    async function write() {
      const drive = await world.makeDrive()
      const run = await world.kindling(argsOf(url, drive), { env })
      expectDone(run)
      expectDriveState('proved', { before: drive.before, after: await drive.read(), image: world.raw })
    }
    world.mirror.fault(url, { kind: 'stall', afterBytes: 4 * mib })
    const first = write()
    await partsWith(images, 2 * mib)
    // From now on the mirror has no faults, but the first request stays stalled.
    world.mirror.fault(url)
    await write()
    const cleared = await world.kindling(['cache', 'clear', '--json'], { env })
    expect(cleared.events.at(-1)).toMatchObject({
      event: 'done',
      removed: [{ state: 'whole', sha256: sha256Of(world.raw) }],
      left: [{ state: 'partial', inUse: true }],
    })
    world.mirror.clearFaults(url)
    await first
    expect(await readParts(images)).toEqual([])
    expectSame(await readFile(join(images, sha256Of(world.raw))), world.raw)
  })
})

describe('a download to a directory that was killed', () => {
  test('is taken up by the next, which fetches the rest alone', async () => {
    const url = await world.serve('image.raw', world.raw)
    const directory = world.path('downloads')
    const args = ['download', '-u', url, '-C', directory, '--json']
    world.mirror.fault(url, { kind: 'stall', afterBytes: 4 * mib })
    const { part } = await kill(args, directory)
    // Bytes after the last checkpoint are ignored.
    await writeFile(join(part.path, 'bytes'), Buffer.from('?'), { flag: 'a' })
    world.mirror.clearFaults(url)
    world.mirror.requests.length = 0
    const run = await world.call(args)
    expectDone(run)
    expect(warningsOf(run)).toEqual([])
    expectSame(await readFile(join(directory, 'image.raw')), world.raw)
    expect((await readdir(directory)).toSorted()).toEqual(['image.raw', 'image.raw.sig'])
    expect(rangesOf(url)).toContain(`bytes=${part.noted}-`)
    expect(sentOf(url)).toBeLessThanOrEqual(world.raw.length - part.noted + slack)
  })

  test('leaves the part of another address of the same name alone', async () => {
    const [url, other] = [await world.serve('image.raw', world.raw), await world.serve('image.raw', world.raw4k)]
    const directory = world.path('downloads')
    world.mirror.fault(url, { kind: 'stall', afterBytes: 4 * mib })
    const { part } = await kill(['download', '-u', url, '-C', directory, '--json'], directory)
    expectDone(await world.call(['download', '-u', other, '-C', directory, '--json']))
    expect(await readdir(directory)).toContain(basename(part.path))
    expectSame(await readFile(join(directory, 'image.raw')), world.raw4k)
  })

  test('leaves a part alone that another user may change', async () => {
    const url = await world.serve('image.raw', world.raw)
    const directory = world.path('downloads')
    const args = ['download', '-u', url, '-C', directory, '--json']
    world.mirror.fault(url, { kind: 'stall', afterBytes: 4 * mib })
    const { part } = await kill(args, directory)
    await chmod(part.path, 0o777)
    world.mirror.clearFaults(url)
    world.mirror.requests.length = 0
    expectDone(await world.call(args))
    expect(await readdir(directory)).toContain(basename(part.path))
    expect(rangesOf(url)).not.toContain(`bytes=${part.noted}-`)
  })

  test('asks for nothing when all of it is at hand', async () => {
    const url = await world.serve('image.raw', world.raw)
    const directory = world.path('downloads')
    const args = ['download', '-u', url, '-C', directory, '--json']
    world.mirror.fault(url, { kind: 'stall', afterBytes: 4 * mib })
    const { part } = await kill(args, directory)
    // The state after a kill that came right after the last byte.
    const note = JSON.parse(await readFile(join(part.path, 'note.json'), 'utf8')) as object
    await writeFile(join(part.path, 'bytes'), world.raw)
    await writeFile(
      join(part.path, 'note.json'),
      JSON.stringify({ ...note, length: world.raw.length, sha256: sha256Of(world.raw) }),
    )
    await rename(part.path, join(directory, 'image.raw.partial'))
    world.mirror.clearFaults(url)
    world.mirror.requests.length = 0
    expectDone(await world.call(args))
    expectSame(await readFile(join(directory, 'image.raw')), world.raw)
    expect(rangesOf(url)).toEqual(['bytes=0-0'])
  })

  test('goes on where a directory cannot be written, with words', async () => {
    const directory = world.path('downloads')
    await mkdir(directory)
    const url = await world.serve('image.raw', world.raw)
    const run = await world.kindling(['download', '-u', url, '-C', directory, '--json'], {
      // A name that exists before the download fails at once. This one appears during the download.
      onEvent: (event) => {
        if (event.event === 'phase' && event.phase === 'download') mkdirSync(join(directory, 'image.raw.sig'))
      },
    })
    expect(run.events.at(-1)).toMatchObject({ event: 'failed', code: 'output-exists' })
    // All downloaded bytes are available to the next job.
    expect(await readParts(directory)).toMatchObject([{ isFree: true, isAsNoted: true }])
  })
})
