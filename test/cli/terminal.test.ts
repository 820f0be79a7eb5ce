import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { makeRawImage } from '../support/images/coreos-image.ts'
import { makeCliWorld, type CliWorld, type OldDrive } from '../support/worlds/cli-world.ts'
import { expectDriveState } from '../support/drives/expect-drive.ts'
import { expectFailed } from '../support/expect/expect-events.ts'
import { runInTerminal, type TerminalOptions } from '../support/programs/run-in-terminal.ts'
import { testWith } from '../support/run/needs.ts'
import { mib } from '../support/files/mib.ts'

let world: CliWorld
beforeAll(async () => {
  world = await makeCliWorld({ imageSize: 4 * mib })
})
afterAll(() => world.dispose())

const terminal = (args: string[], options: TerminalOptions = {}) =>
  runInTerminal(args, {
    ...options,
    env: { KINDLING_STREAM_BASE_URL: world.baseUrl, KINDLING_KEYRING: world.keyringFile },
  })

async function expectState(drive: OldDrive, state: 'untouched' | 'cleared' | 'proved') {
  expectDriveState(state, { before: drive.before, after: await drive.read(), image: world.raw })
}

/** Writes a larger image from a slow server, so that progress is visible. */
async function writeSlowly(options: TerminalOptions) {
  const url = await world.serve('image.raw', makeRawImage({ size: 20 * mib }))
  world.mirror.fault(url, { kind: 'slow', bytesPerSecond: 8 * mib })
  const drive = await world.makeDrive(20 * mib)
  return { drive, run: await terminal(['write', '-u', url, '--drive', drive.path, '--yes'], options) }
}

describe('the question before a write', () => {
  testWith(['command:script'], `names the image and the drive, and a yes writes`, async () => {
    const drive = await world.makeDrive()
    const run = await terminal(['write', '--drive', drive.path], { typed: [[/Type "yes": /, 'yes\r']] })
    expect(run.code, run.screen).toBe(0)
    expect(run.screen).toContain(`Fedora CoreOS stable, ${world.architecture}, metal raw.xz`)
    expect(run.screen).toContain(drive.path)
    expect(run.screen).toMatch(/5\.25 MB/)
    expect(run.stdout).toMatch(/^The drive matches the image: Kindling read every byte back/)
    await expectState(drive, 'proved')
  })

  for (const [words, keys] of [
    ['no', 'no\r'],
    ['nothing', '\r'],
    ['the end of the input', '\x04'],
  ] as const)
    testWith(['command:script'], `takes ${words} for a no`, async () => {
      const drive = await world.makeDrive()
      const run = await terminal(['write', '--drive', drive.path], { typed: [[/Type "yes": /, keys]] })
      expect(run.code, run.screen).toBe(2)
      expect(run.screen).toContain('code: declined')
      expect(run.stdout).toBe('')
      await expectState(drive, 'untouched')
    })

  testWith(['command:script'], `is ended by Ctrl-C`, async () => {
    const drive = await world.makeDrive()
    const run = await terminal(['write', '--drive', drive.path], { typed: [[/Type "yes": /, '\x03']] })
    expect(run.code, run.screen).toBe(130)
    expect(run.screen).toContain('The drive was not changed.')
    await expectState(drive, 'untouched')
  })

  testWith(['command:script'], `is not asked with --json, whose output is for programs`, async () => {
    const drive = await world.makeDrive()
    const run = await terminal(['write', '--drive', drive.path, '--json'])
    expect(run.code, run.screen).toBe(2)
    expect(run.screen).toBe('')
    expect(JSON.parse(run.stdout)).toMatchObject({ code: 'confirmation-missing', driveState: 'untouched' })
  })

  test('cannot be answered through a pipe', async () => {
    const drive = await world.makeDrive()
    const run = await world.kindling(['write', '--drive', drive.path], { stdin: 'yes\n' })
    expect(run.code).toBe(2)
    expect(run.stderr).toContain('code: confirmation-missing')
    const json = await world.kindling(['write', '--drive', drive.path, '--json'], { stdin: 'yes\n' })
    expectFailed(json, 'confirmation-missing', 2)
    await expectState(drive, 'untouched')
  })
})

describe('progress', () => {
  testWith(['command:script'], `is a bar on a terminal, with rate, time left and what limits it`, async () => {
    const columns = 90
    const { run } = await writeSlowly({ columns })
    expect(run.code, run.screen).toBe(0)
    const drawn = run.screen.split(/\r/).filter((line) => line.includes('[#'))
    expect(drawn.length).toBeGreaterThan(2)
    const lines = drawn.map((line) => line.replaceAll('\u001b[K', '').replaceAll('\n', ''))
    for (const line of lines) expect(line.length).toBeLessThan(columns)
    expect(lines.some((line) => /\[#+-+\] +\d+ % +\d+(\.\d)? of 21\.0 MB +\d+\.\d MB\/s/.test(line))).toBe(true)
    expect(lines.some((line) => line.includes('a few seconds'))).toBe(true)
    expect(lines.some((line) => line.includes('limited by the network'))).toBe(true)
    expect(run.stdout).not.toContain('\u001b')
  })

  test('is plain lines in a pipe, and the result alone is on stdout', async () => {
    const drive = await world.makeDrive()
    const run = await world.kindling(['write', '--drive', drive.path, '--yes'])
    expect(run.code).toBe(0)
    // oxlint-disable-next-line no-control-regex
    expect(run.stderr + run.stdout).not.toMatch(/[\r\u001b]/)
    expect(run.stderr.split('\n')).toEqual(
      expect.arrayContaining(['Getting the signature …', 'Writing …', 'Reading back …', 'Making the drive bootable …']),
    )
    expect(run.stderr).toMatch(/^✓ The image is signed by Test Signer/m)
    expect(run.stdout).toMatch(/^The drive matches the image/)
    expect(run.stdout).not.toContain('Writing')
    for (const word of ['image', 'release', 'signed by', 'sha256', 'drive', 'read back', 'took'])
      expect(run.stdout).toMatch(new RegExp(`^  ${word} `, 'm'))
  })

  testWith(['command:script'], `is ended by Ctrl-C, which leaves a clean line and says what was left`, async () => {
    const { drive, run } = await writeSlowly({ typed: [[/Writing …[^]*\[#/, '\x03']] })
    expect(run.code, run.screen).toBe(130)
    expect(run.screen).toContain('\r\u001b[Kkindling: Stopped.\r\nThe drive was erased')
    await expectState(drive, 'cleared')
  })

  test('words a failure for people: what happened, the drive, what to do, and the facts', async () => {
    const drive = await world.makeDrive(2 * mib)
    const run = await world.kindling(['write', '--drive', drive.path, '--yes'])
    expect(run.code).toBe(3)
    expect(run.stdout).toBe('')
    expect(run.stderr).toContain(
      `kindling: ${drive.path} is too small: it has 2.1 MB, the image needs 4.19 MB (2.1 MB more).\n`,
    )
    expect(run.stderr).toMatch(
      /^The drive was not changed\.\nUse a larger drive\. .*`kindling write -f iso`.*\n {2}code: drive-too-small\n/m,
    )
  })
})
