import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { expectDone, expectFailed } from '../support/expect/expect-events.ts'
import { formatBytes } from '../../src-shared/units.ts'
import { makeCliWorld, type CliWorld } from '../support/worlds/cli-world.ts'
import { mib } from '../support/files/mib.ts'

describe('a drive too small for the image of an installed system', () => {
  let world: CliWorld
  beforeAll(async () => void (world = await makeCliWorld()))
  afterAll(() => world?.dispose())

  /** Writes to a new disk-image file, which is too small, and returns the failure. */
  async function fail(size: number, ...source: string[]) {
    const drive = await world.makeDrive(size)
    const run = await world.call(['write', ...source, '--drive', drive.path, '--yes', '--json'])
    const failure = expectFailed(run, 'drive-too-small', 3)
    expect(failure.driveState).toBe('untouched')
    expect((await drive.read()).equals(drive.before)).toBe(true)
    return { drive, advice: failure.advice, isoSize: failure.details['isoSize'] }
  }

  test('is offered the ISO of the same release, and the command that writes it', async () => {
    const { drive, advice } = await fail(3 * mib)
    expect(advice).toBe(
      `Use a larger drive. Or write the live ISO (it needs ${formatBytes(world.iso.length)}): ` +
        '`kindling write -f iso`, with the other options as they were.',
    )
    expectDone(await world.call(['write', '-f', 'iso', '--drive', drive.path, '--yes', '--json']))
    expect((await drive.read()).subarray(0, world.iso.length).equals(world.iso)).toBe(true)
  })

  test('is offered it when it holds it exactly, and not when it lacks a byte', async () => {
    expect((await fail(world.iso.length)).advice).toContain('-f iso')
    expect(await fail(world.iso.length - 1)).toMatchObject({ advice: 'Use a larger drive.', isoSize: undefined })
  })

  test('is offered it with a size unknown when its server does not answer', async () => {
    const { location } = world.find('iso')
    world.mirror.fault(location, { kind: 'status', status: 503 })
    expect((await fail(3 * mib)).advice).toContain('Or write the live ISO (its size is unknown): ')
    world.mirror.clearFaults(location)
  })

  test('is offered nothing that the stream does not have, and no ISO for the ISO', async () => {
    const stream = await world.publish(({ architectures }) => {
      delete architectures[world.architecture]!.artifacts['metal']!.formats['iso']
    })
    const accept = '--accept-doubtful-stream'
    expect((await fail(3 * mib, '-s', stream, accept)).advice).toBe('Use a larger drive.')
    expect((await fail(mib, '-f', 'iso')).advice).toBe('Use a larger drive.')
    expect((await fail(mib, '--image-file', await world.save('iso.iso', world.iso))).advice).toBe('Use a larger drive.')
  })
})
