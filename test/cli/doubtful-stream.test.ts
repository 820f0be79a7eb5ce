import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { makeCliWorld, type CliWorld, type OldDrive } from '../support/worlds/cli-world.ts'
import { expectDriveState } from '../support/drives/expect-drive.ts'
import { expectDone, expectFailed, warningsOf } from '../support/expect/expect-events.ts'
import { noteFailure } from '../support/faults/fault-matrix.ts'
import { testWith } from '../support/run/needs.ts'
import { privateDirectories } from '../support/programs/private-directories.ts'
import { runInTerminal } from '../support/programs/run-in-terminal.ts'
import { mib } from '../support/files/mib.ts'

const [newer, older] = ['44.20260707.3.1', '44.20260620.3.0'] as const
const doubt = `the metadata of stable have ${older}, but had ${newer} before`

/** A mirror that serves an older release than in an earlier request by the same user. */
describe('a stream that is older than it was', () => {
  let world: CliWorld
  let env: Record<string, string>
  beforeAll(async () => {
    world = await makeCliWorld({ imageSize: 4 * mib })
    env = privateDirectories(world.path('home'))
    const seen = await world.call(['list', '-s', 'stable'], { env })
    expect(seen).toMatchObject({ code: 0, stderr: '' })
    await world.moveOn(older, 4 * mib)
  })
  afterAll(() => world.dispose())

  const write = (drive: OldDrive, ...args: string[]) => {
    return world.call(['write', '--drive', drive.path, '--yes', '--json', ...args], { env })
  }
  const expectState = async ({ before, read }: OldDrive, state: 'untouched' | 'proved') =>
    expectDriveState(state, { before, after: await read(), image: world.raw })

  test('is listed with a warning, each time', async () => {
    for (const command of ['list', 'streams']) {
      const run = await world.call([command], { env })
      expect(run.stderr).toContain(`! The stream is doubtful: ${doubt}`)
      expect(run.stdout).toContain(older)
    }
    expect(warningsOf(await world.call(['list', '--json'], { env }))).toEqual(['stream-doubtful'])
  })

  test('is not written by --yes, which answers for the drive alone', async ({ task }) => {
    const drive = await world.makeDrive()
    const failure = expectFailed(await write(drive), 'stream-doubtful', 2)
    expect(failure.details).toEqual({ reason: doubt })
    noteFailure(task, 'a stream that is older than it was', failure)
    await expectState(drive, 'untouched')
  })

  test('is written by a flag of its own, and the receipt says it', async () => {
    const drive = await world.makeDrive()
    const receipt = expectDone(await write(drive, '--accept-doubtful-stream'))
    expect(receipt.warnings).toMatchObject([{ code: 'stream-doubtful', details: { reason: doubt } }])
    expect(receipt.image.release).toBe(older)
    await expectState(drive, 'proved')
  })

  testWith(['command:script'], 'asks once more on a terminal', async () => {
    const drive = await world.makeDrive()
    const asked = (answer: string) =>
      runInTerminal(['write', '--drive', drive.path, '--yes'], {
        env: { ...env, KINDLING_STREAM_BASE_URL: world.baseUrl, KINDLING_KEYRING: world.keyringFile },
        typed: [[/anyway\? Type "yes": /, answer]],
      })
    const refused = await asked('no\r')
    expect(refused.code, refused.screen).toBe(2)
    expect(refused.screen.replaceAll(/\s+/g, ' ')).toContain(doubt)
    await expectState(drive, 'untouched')
    const run = await asked('yes\r')
    expect(run.code, run.screen).toBe(0)
    await expectState(drive, 'proved')
  })
})
