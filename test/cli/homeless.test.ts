import { spawnSync } from 'node:child_process'
import { beforeEach, describe, expect, test } from 'vitest'
import { ownPaths } from '../../src-main/settings/own-paths.ts'
import { expectFailed } from '../support/expect/expect-events.ts'
import { describeWith } from '../support/run/needs.ts'
import { kindlingProgram, runKindling } from '../support/worlds/run-kindling.ts'

const node = process.execPath
/** Runs a command as in a container whose user has a number, but no name and no home directory. */
const asHomeless = ['setpriv', '--reuid=54321', '--regid=54321', '--clear-groups', 'env', '-i', 'PATH=/usr/bin:/bin']
const homeless = (args: string[]) => runKindling(args, { as: () => [...asHomeless, node, kindlingProgram, ...args] })

/** Whether this user can read the sources. A clone inside a home directory is not readable. */
function mayRead(): boolean {
  const [program = '', ...args] = [...asHomeless, node, '-e', 'fs.accessSync(process.argv[1])', import.meta.filename]
  return spawnSync(program, args).status === 0
}
const warning = 'There is no home directory (HOME is not set): Kindling saves no log, no receipt and no image.'

describeWith(['linux', 'other-user', 'command:setpriv'], 'without a home directory', () => {
  beforeEach((context) => {
    if (!mayRead()) context.skip('the sources cannot be read by another user')
  })

  test('help is shown, and the version', async () => {
    expect(await homeless(['--help'])).toMatchObject({ code: 0, stdout: expect.stringContaining('Usage: kindling') })
    expect(await homeless(['--version'])).toMatchObject({ code: 0, stderr: '' })
  })

  test('a command says once that nothing is kept, and does its work', async () => {
    const settings = await homeless(['settings'])
    expect(settings.code).toBe(0)
    expect(settings.stderr.split('\n').filter((line) => line.startsWith('!'))).toEqual([`! ${warning}`])
    const json = await homeless(['settings', '--json'])
    expect(json.events[0]).toEqual({ event: 'warning', code: 'no-home', message: warning })
  })

  test('a setting that cannot be kept is an error that says why', async () => {
    const failure = expectFailed(await homeless(['settings', 'memory', '500M', '--json']), 'output-failed', 1)
    expect(failure.title).toContain('no-home-directory')
  })
})

describeWith(['linux'], 'with folders in /proc, where nothing can be made', () => {
  test.each(['/proc', '/proc/self'])('a command does its work, and keeps nothing in %s', async (folder) => {
    const env = { XDG_CACHE_HOME: folder, XDG_STATE_HOME: folder, XDG_CONFIG_HOME: folder }
    expect(await runKindling(['settings'], { env })).toMatchObject({ code: 0 })
    const failure = expectFailed(
      await runKindling(['settings', 'memory', '500M', '--json'], { env }),
      'output-failed',
      1,
    )
    expect(failure.title).toContain('ENOENT')
  })
})

describe('the directories of each system', () => {
  test.each([
    ['linux', {}, '/home/a/.cache/kindling', '/home/a/.config/kindling', '/home/a/.local/state/kindling'],
    [
      'linux',
      { XDG_CACHE_HOME: '/c', XDG_CONFIG_HOME: '/f', XDG_STATE_HOME: '/s' },
      ...(['/c/kindling', '/f/kindling', '/s/kindling'] as const),
    ],
    [
      'darwin',
      {},
      ...([
        '/home/a/Library/Caches/kindling',
        '/home/a/Library/Preferences/kindling',
        '/home/a/Library/Logs/kindling',
      ] as const),
    ],
    [
      'win32',
      { LOCALAPPDATA: '/local', APPDATA: '/roaming' },
      ...(['/local/kindling/Cache', '/roaming/kindling/Config', '/local/kindling/Log'] as const),
    ],
  ] as const)('%s %j', (platform, env, cache, config, state) => {
    expect(ownPaths(platform, env, '/home/a')).toEqual({ cache, config, state })
  })
})
