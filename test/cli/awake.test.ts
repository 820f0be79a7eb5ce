import { chmod, readFile, writeFile } from 'node:fs/promises'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { wakerOf } from '../../src-main/hosts/cli/awake.ts'
import { makeCliWorld, type CliWorld } from '../support/worlds/cli-world.ts'
import { expectDone } from '../support/expect/expect-events.ts'
import { mib } from '../support/files/mib.ts'

// There is no logind here. A script named systemd-inhibit takes its place: it runs its command as
// the real one does, and records its arguments and its end.
describe.skipIf(process.platform !== 'linux')('the machine stays awake (recorded systemd-inhibit)', () => {
  let world: CliWorld
  let tools: string
  let env: Record<string, string>
  beforeAll(async () => {
    world = await makeCliWorld({ imageSize: 2 * mib })
    const program = world.path('systemd-inhibit')
    tools = program.slice(0, program.lastIndexOf('/'))
    await writeFile(
      `${tools}/systemd-inhibit`,
      [
        '#!/bin/sh',
        `trap 'echo stopped >> "$RECORD"; kill $! 2>/dev/null; exit' TERM`,
        `echo "$$ $@" >> "$RECORD"`,
        'while [ "${1#--}" != "$1" ]; do shift; done',
        // A background process would have /dev/null as its input.
        'exec 3<&0',
        '"$@" <&3 &',
        'wait $!',
        'echo ended >> "$RECORD"',
        '',
      ].join('\n'),
    )
    await chmod(`${tools}/systemd-inhibit`, 0o755)
    env = { PATH: `${tools}:${process.env['PATH']}` }
  })
  afterAll(() => world.dispose())

  const linesOf = async (record: string) => (await readFile(record, 'utf8').catch(() => '')).split('\n').slice(0, -1)
  /** Resolves when the script has recorded its end. */
  const end = (record: string) => expect.poll(async () => (await linesOf(record)).at(-1)).toMatch(/^(stopped|ended)$/)

  for (const [job, args] of [
    ['a write', (drive: string) => ['write', '--drive', drive, '--yes', '--json']],
    ['a verify', (drive: string) => ['verify', '--drive', drive, '--json']],
    ['a download', () => ['download', '-C', world.path('downloads'), '--json']],
  ] as const)
    test(`while ${job} runs, and no longer`, async () => {
      const record = world.path('record')
      const drive = await world.makeDrive()
      await world.kindling(args(drive.path), { env: { ...env, RECORD: record } })
      await end(record)
      const [told, ...more] = await linesOf(record)
      expect(told).toMatch(/^\d+ --what=sleep:idle --who=Kindling --why=.+ --mode=block cat$/)
      expect(more).toHaveLength(1)
    })

  test('not for what only looks', async () => {
    const record = world.path('record')
    await world.kindling(['drives', '--json'], { env: { ...env, RECORD: record } })
    expect(await linesOf(record)).toEqual([])
  })

  test('until Kindling is killed, however that is done', async () => {
    const record = world.path('record')
    const url = await world.serve('image.raw', world.raw)
    world.mirror.fault(url, { kind: 'stall', afterBytes: mib })
    const drive = await world.makeDrive()
    let kill: (signal: NodeJS.Signals) => void = () => {}
    const running = world.kindling(['write', '-u', url, '--drive', drive.path, '--yes', '--json'], {
      env: { ...env, RECORD: record },
      onStart: (stop) => (kill = stop),
    })
    await world.mirror.stalled(url)
    await expect.poll(() => linesOf(record)).toHaveLength(1)
    kill('SIGKILL')
    expect((await running).signal).toBe('SIGKILL')
    world.mirror.clearFaults()
    await end(record)
    expect((await linesOf(record)).at(-1)).toBe('ended')
  })

  test('a tool that is missing, or fails, is nobody’s business', async () => {
    const drive = await world.makeDrive()
    // The real one, if it is there, has no logind to ask.
    for (const path of [tools.replace(/[^/]+$/, 'nothing-here'), process.env['PATH'] ?? '']) {
      const run = await world.kindling(['write', '--drive', drive.path, '--yes', '--json'], { env: { PATH: path } })
      expect(expectDone(run).warnings).toEqual([])
      expect(run.stderr).toBe('')
    }
  })
})

describe('the waker of each system', () => {
  test('is bound to this process', () => {
    expect(wakerOf('darwin', 4711)).toEqual({ program: '/usr/bin/caffeinate', args: ['-i', '-w', '4711'] })
    const windows = wakerOf('win32', 4711)!
    expect(windows.program).toMatch(/^C:\\Windows\\System32\\.*\\powershell\.exe$/)
    expect(windows.args.at(-1)).toMatch(/SetThreadExecutionState\(\[uint32\]"0x80000001"\).*In\.ReadToEnd\(\)$/)
    expect(wakerOf('freebsd', 4711)).toBeNull()
  })
})
