import { createHash } from 'node:crypto'
import { mkdir, readdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { makeCliWorld, type CliWorld } from '../support/worlds/cli-world.ts'
import { run as execute } from '../support/drives/devices.ts'
import { expectDriveState } from '../support/drives/expect-drive.ts'
import { expectDone, expectFailed, warningsOf } from '../support/expect/expect-events.ts'
import { describeWith } from '../support/run/needs.ts'
import { mib } from '../support/files/mib.ts'

let world: CliWorld
beforeAll(async () => {
  world = await makeCliWorld({ imageSize: 4 * mib })
})
afterAll(() => world.dispose())

const sha256Of = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex')

async function write(args: string[], env: Record<string, string>) {
  const drive = await world.makeDrive()
  const run = await world.call(['write', ...args, '--drive', drive.path, '--yes', '--json'], { env })
  return { run, drive, after: await drive.read() }
}

describe('cache', () => {
  test('lists what was fetched, whole and in part, and clears it', async () => {
    const env = { XDG_CACHE_HOME: world.path('cache') }
    const images = join(env.XDG_CACHE_HOME, 'kindling/images')
    expect((await world.kindling(['cache', 'list'], { env })).stdout).toBe(`Nothing is kept in ${images}.\n`)

    const { location } = world.find('raw.xz')
    expectDone((await write([], env)).run)
    const url = await world.serve('image.raw', world.raw)
    world.mirror.fault(url, { kind: 'drop', afterBytes: 2 * mib })
    world.mirror.fault(url, { kind: 'short', afterBytes: 2 * mib, times: 3 }, { kind: 'status', status: 404 })
    world.mirror.fault(url, { kind: 'short', afterBytes: 2 * mib })
    expectFailed(
      (await write(['-u', url, '--sha256', sha256Of(world.raw), '--fetch-retries', '0'], env)).run,
      'download-short',
      1,
    )

    const list = await world.call(['cache', 'list', '--json'], { env })
    const [event] = list.events as unknown as [Record<string, unknown>]
    expect(event).toMatchObject({ event: 'done', directory: images, limit: 5e9 })
    expect(event['images']).toHaveLength(2)
    expect(event['images']).toContainEqual({
      sha256: sha256Of(world.rawXz),
      state: 'whole',
      size: world.rawXz.length,
      total: world.rawXz.length,
      usedAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT/) as unknown,
      name: location.split('/').pop(),
      inUse: false,
    })
    expect(event['images']).toContainEqual(
      expect.objectContaining({
        sha256: sha256Of(world.raw),
        state: 'partial',
        total: world.raw.length,
        name: 'image.raw',
      }),
    )
    const told = await world.call(['cache'], { env })
    expect(told.stdout).toMatch(/^SHA256 +SIZE +LAST USED +NAME\n/)
    expect(told.stdout).toContain(sha256Of(world.raw).slice(0, 12))
    expect(told.stdout).toMatch(/2 images, .* of 5 GB in /)

    const cleared = await world.call(['cache', 'clear'], { env })
    expect(cleared.stdout).toMatch(/^2 images removed, /)
    expect(await readdir(images)).toEqual([])
    expect((await world.call(['cache', 'clear'], { env })).stdout).toBe('Nothing was removed.\n')
  })

  test('knows nothing else to do', async () => {
    expectFailed(await world.call(['cache', 'burn', '--json']), 'usage', 2)
  })

  test('takes no more room than it may, and is not used where it may take none', async () => {
    const env = { XDG_CACHE_HOME: world.path('cache') }
    const images = join(env.XDG_CACHE_HOME, 'kindling/images')
    await mkdir(images, { recursive: true })
    await writeFile(join(images, '0'.repeat(64)), world.rawXz)
    const none = await write([], { ...env, KINDLING_CACHE_LIMIT: '0' })
    expectDone(none.run)
    expect(warningsOf(none.run)).toEqual([])
    expect(await readdir(images)).toEqual(['0'.repeat(64)])

    const small = await write([], { ...env, KINDLING_CACHE_LIMIT: '1 kB' })
    expect(warningsOf(small.run)).toEqual(['not-cached'])
    expect(await readdir(images)).toEqual(['0'.repeat(64)])

    const limit = String(Math.floor(world.rawXz.length * 1.5))
    expectDone((await write([], { ...env, KINDLING_CACHE_LIMIT: limit })).run)
    const sha256 = sha256Of(world.rawXz)
    expect((await readdir(images)).toSorted()).toEqual([sha256, `${sha256}.name`, `${sha256}.sig`])
  })

  test('says so when the environment names a size that is none', async () => {
    const run = await world.call(['cache', 'list', '--json'], { env: { KINDLING_CACHE_LIMIT: 'much' } })
    expect(expectFailed(run, 'usage', 2).title).toContain('KINDLING_CACHE_LIMIT')
  })

  test('that may not be written costs no job', async () => {
    const env = { XDG_CACHE_HOME: world.path('cache') }
    await mkdir(join(env.XDG_CACHE_HOME, 'kindling'), { recursive: true })
    await writeFile(join(env.XDG_CACHE_HOME, 'kindling/images'), 'a file')
    const { run, drive, after } = await write([], env)
    expectDone(run)
    expectDriveState('proved', { before: drive.before, after, image: world.raw })
    expect(warningsOf(run)).toEqual(['not-cached'])
  })
})

describeWith(['mount'], 'a cache on a full disk', () => {
  async function withFullDisk(size: number, act: (mountpoint: string) => Promise<void>) {
    const mountpoint = world.path('small')
    await mkdir(mountpoint)
    await execute('mount', '-t', 'tmpfs', '-o', `size=${size}`, 'tmpfs', mountpoint)
    try {
      await act(mountpoint)
    } finally {
      await execute('umount', mountpoint)
    }
  }

  test('costs no job: it goes on without, and leaves nothing there', async () => {
    await withFullDisk(2 * mib, async (mountpoint) => {
      const url = await world.serve('image.raw', world.raw)
      const { run, drive, after } = await write(['-u', url, '--sha256', sha256Of(world.raw)], {
        XDG_CACHE_HOME: mountpoint,
      })
      expectDone(run)
      expect(warningsOf(run)).toEqual(['not-cached'])
      expectDriveState('proved', { before: drive.before, after, image: world.raw })
      expect(await readdir(join(mountpoint, 'kindling/images'))).toEqual([])
      // Every byte was downloaded only once.
      const sent = world.mirror.requestsFor(url).reduce((sum, { bytesSent }) => sum + bytesSent, 0)
      expect(sent).toBeLessThanOrEqual(world.raw.length + 100_000)
    })
  })

  test('costs no job when only the end of the image has no room', async () => {
    await withFullDisk(world.raw.length - 8192, async (mountpoint) => {
      const url = await world.serve('image.raw', world.raw)
      const { run } = await write(['-u', url, '--sha256', sha256Of(world.raw)], { XDG_CACHE_HOME: mountpoint })
      expectDone(run)
      expect(warningsOf(run)).toEqual(['not-cached'])
      expect(
        (await readdir(join(mountpoint, 'kindling/images'))).filter((name) => /partial|^[0-9a-f]{64}$/.test(name)),
      ).toEqual([])
    })
  })
})
