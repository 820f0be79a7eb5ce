import { link } from 'node:fs/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { makeCliWorld, type CliWorld } from '../support/worlds/cli-world.ts'
import { expectDone, expectFailed } from '../support/expect/expect-events.ts'
import { describeWith } from '../support/run/needs.ts'
import { mib } from '../support/files/mib.ts'

describeWith(['linux', 'command:flock'], 'two command lines on one disk-image file', () => {
  let world: CliWorld
  beforeAll(async () => void (world = await makeCliWorld()))
  afterAll(() => world.dispose())

  test('that start at one moment: one proves it, the other is refused and told which program has it', async () => {
    const image = Buffer.concat([world.raw, Buffer.alloc(34 * mib, 'more of it')])
    const drive = await world.makeDrive(41 * mib)
    const other = `${drive.path}.link`
    await link(drive.path, other)
    const url = await world.serve('image.raw', image)
    // The slow server keeps both writes running until each has reached the drive.
    world.mirror.fault(url, { kind: 'slow', bytesPerSecond: mib / 4 })
    const runs = [drive.path, other].map((path) =>
      world.kindling(['write', '--json', '--yes', '-u', url, '--drive', path]),
    )
    const refused = await Promise.race(runs)
    const failure = expectFailed(refused, 'drive-busy', 3)
    expect(failure.driveState).toBe('untouched')
    expect(failure.details['users']).toEqual([expect.stringMatching(/^\S+ \(process \d+\)$/)])
    world.mirror.clearFaults(url)
    const ends = await Promise.all(runs)
    const proved = ends.find((run) => run !== refused)!
    expect(expectDone(proved).drive).toMatchObject({ state: 'proved' })
    expect((await drive.read()).subarray(0, image.length).equals(image)).toBe(true)
  })
})
