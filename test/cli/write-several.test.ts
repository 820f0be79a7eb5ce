import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { JobEvent } from '../../src-shared/job.ts'
import { makeCliWorld, type CliWorld } from '../support/worlds/cli-world.ts'
import { expectDriveState } from '../support/drives/expect-drive.ts'

let world: CliWorld
beforeAll(async () => {
  world = await makeCliWorld()
})
afterAll(() => world.dispose())

const eventsOf = (events: JobEvent[], drive: string) =>
  events.filter((event) => (event as JobEvent & { drive?: string }).drive === drive)

describe('write to several drives', () => {
  test('ends with a receipt for each, and every event names its drive', async () => {
    const drives = await Promise.all([world.makeDrive(), world.makeDrive(), world.makeDrive()])
    const run = await world.kindling(['write', ...drives.flatMap(({ path }) => ['--drive', path]), '--yes', '--json'])
    expect(run).toMatchObject({ code: 0, stderr: '' })
    for (const { path, before, read } of drives) {
      const events = eventsOf(run.events, path)
      expect(events.at(-1)).toMatchObject({ event: 'done', receipt: { drive: { identity: { device: path } } } })
      expectDriveState('proved', { before, after: await read(), image: world.raw, unit: 1 })
    }
    expect(drives.flatMap(({ path }) => eventsOf(run.events, path))).toHaveLength(run.events.length)
    const fetched = world.mirror.requests.filter(({ path, range }) => path.endsWith('.raw.xz') && range === null)
    expect(fetched).toHaveLength(1)
  })

  test('proves the one drive when the other is too small, and says so of each', async () => {
    const [good, small] = [await world.makeDrive(), await world.makeDrive(2 * 1024 * 1024)]
    const run = await world.call(['write', '--drive', small.path, '--drive', good.path, '--yes', '--json'])
    expect(run.code).toBe(3)
    expect(eventsOf(run.events, small.path).at(-1)).toMatchObject({
      event: 'failed',
      code: 'drive-too-small',
      driveState: 'untouched',
    })
    expect(eventsOf(run.events, good.path).at(-1)).toMatchObject({ event: 'done' })
    expect((await small.read()).equals(small.before)).toBe(true)
  })

  test('tells people of each drive by its name', async () => {
    const [good, small] = [await world.makeDrive(), await world.makeDrive(2 * 1024 * 1024)]
    const run = await world.call(['write', '--drive', good.path, '--drive', small.path, '--yes'])
    expect(run.code).toBe(3)
    expect(run.stderr).toContain(`${good.path}  Writing …\n`)
    expect(run.stderr).toContain(`${small.path}:\nkindling: `)
    expect(run.stdout).toMatch(/^The drive matches the image/)
  })

  test('touches none when one is refused or named twice', async () => {
    const drive = await world.makeDrive()
    for (const [other, code] of [
      [drive.path, 2],
      ['/dev/null', 3],
      [`${drive.path}.gone`, 3],
    ] as const) {
      const run = await world.call(['write', '--drive', drive.path, '--drive', other, '--yes', '--json'])
      expect(run.code, other).toBe(code)
      expect(run.events.at(-1)).toMatchObject({ event: 'failed' })
    }
    expect((await drive.read()).equals(drive.before)).toBe(true)
  })

  test('takes --memory, and refuses what is no size', async () => {
    const drive = await world.makeDrive()
    const run = await world.call(['write', '--drive', drive.path, '--yes', '--json', '--memory', '100M'])
    expect(run.events.at(-1)).toMatchObject({ event: 'done' })
    const bad = await world.call(['write', '--drive', drive.path, '--yes', '--json', '--memory', 'much'])
    expect(bad.code).toBe(2)
  })
})
