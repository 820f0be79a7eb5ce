import { describe, expect, it } from 'vitest'
import { ownPaths } from '../../src-main/own-paths.ts'
import { expectFailed } from '../support/expect-events.ts'
import { describeWith } from '../support/needs.ts'
import { kindlingProgram, runKindling } from '../support/run-kindling.ts'

const node = process.execPath

/** As a container has it whose user has a number, no name and no home directory. */
const homeless = (args: string[]) =>
  runKindling(args, {
    as: () => [
      ...['setpriv', '--reuid=54321', '--regid=54321', '--clear-groups', 'env', '-i', 'PATH=/usr/bin:/bin'],
      ...[node, kindlingProgram, ...args],
    ],
  })
const warning = 'There is no home directory (HOME is not set): no log, no receipt and no image is kept.'

describeWith(['linux', 'other-user', 'command:setpriv'], 'without a home directory', () => {
  it('help is shown, and the version', async () => {
    expect(await homeless(['--help'])).toMatchObject({ code: 0, stdout: expect.stringContaining('Usage: kindling') })
    expect(await homeless(['--version'])).toMatchObject({ code: 0, stderr: '' })
  })

  it('a command says once that nothing is kept, and does its work', async () => {
    const settings = await homeless(['settings'])
    expect(settings).toMatchObject({ code: 0, stderr: `! ${warning}\n` })
    const json = await homeless(['settings', '--json'])
    expect(json.events[0]).toEqual({ event: 'warning', code: 'no-home', message: warning })
  })

  it('a setting that cannot be kept is an error that says why', async () => {
    const failure = expectFailed(await homeless(['settings', 'memory', '500M', '--json']), 'output-failed', 1)
    expect(failure.title).toContain('no-home-directory')
  })
})

describe('the directories of each system', () => {
  it.each([
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
