import { describe, expect, test } from 'vitest'
import { cleanEnvironment } from '../../../src-main/privileged/clean-environment.ts'
import { elevationWays, helperProgram } from '../../../src-main/privileged/elevation.ts'
import { invitingUser } from '../../../src-main/privileged/inviting-user.ts'

// osascript and UAC are not available here. The tests show only that the command lines match the
// documentation of Apple and Microsoft.

const names = (platform: NodeJS.Platform, surface: 'window' | 'terminal' | 'script') =>
  elevationWays(platform, surface).map(({ name }) => name)

describe('the ways to more rights', () => {
  test('begin with those that ask nobody, and end with the desktop', () => {
    expect(names('linux', 'terminal')).toEqual(['sudo -n', 'sudo', 'pkexec'])
    expect(names('linux', 'script')).toEqual(['sudo -n', 'pkexec'])
    expect(names('linux', 'window')).toEqual(['pkexec'])
    expect(names('darwin', 'terminal')).toEqual(['sudo -n', 'sudo', 'osascript'])
    expect(names('darwin', 'window')).toEqual(['osascript'])
    expect(names('win32', 'terminal')).toEqual(['UAC'])
  })

  test('take every word as it is, whatever is in it', () => {
    const program = ['/opt/a b/kindling', `it's "x"; rm -rf $HOME`, '--option']
    for (const way of [...elevationWays('linux', 'terminal'), ...elevationWays('darwin', 'window')])
      expect(way.command(program).slice(-3)).toEqual(program)
  })

  test('quote each word for PowerShell, which has no other way', () => {
    const [file, ...args] = elevationWays('win32', 'window')[0]!.command(['C:\\Kind ling\\k.exe', "it's", 'C:\\a b'])
    expect(file).toMatch(/^[A-Z]:\\.*\\System32\\WindowsPowerShell\\v1\.0\\powershell\.exe$/)
    expect(args.at(-1)).toBe(
      `$ErrorActionPreference='Stop'; Start-Process -FilePath 'C:\\Kind ling\\k.exe' -ArgumentList '"it''s"','"C:\\a b"' -Verb RunAs -WindowStyle Hidden -Wait`,
    )
  })

  test.each([
    ['sudo -n', 'terminal', 1, 'sudo: a password is required', 'sudo: a password is required'],
    ['sudo', 'terminal', 1, 'sudo: 3 incorrect password attempts', null],
    ['sudo', 'terminal', 1, 'nobody is not in the sudoers file.', 'nobody is not in the sudoers file.'],
    ['pkexec', 'window', 126, 'Error executing command as another user: Request dismissed', null],
    ['pkexec', 'window', 127, 'No authentication agent found', 'No authentication agent found'],
  ] as const)('%s, %s, exit code %i, “%s”: refused or tried further', (name, surface, code, complaint, next) => {
    const way = elevationWays('linux', surface).find((each) => each.name === name)!
    expect(way.next(code, complaint)).toBe(next)
  })

  test('are over when somebody closes the dialog of macOS or Windows', () => {
    expect(elevationWays('darwin', 'window')[0]!.next(1, 'execution error: User canceled. (-128)')).toBeNull()
    const words = 'Start-Process : This command cannot be run: The operation was canceled by the user.'
    expect(elevationWays('win32', 'window')[0]!.next(1, words)).toBeNull()
  })
})

describe('the helper’s program', () => {
  const runtime = {
    execPath: '/usr/bin/node',
    electron: undefined,
    appImage: null,
    platform: 'linux' as NodeJS.Platform,
    exists: () => false,
  }

  test('is this one, under its hidden entry', () => {
    expect(helperProgram('/k/privileged.js', runtime)).toEqual(['/usr/bin/node', '/k/privileged.js'])
    const installed = { ...runtime, exists: (path: string) => path === '/usr/lib/kindling-cli/kindling-privileged' }
    expect(helperProgram('/usr/lib/kindling-cli/out/main/privileged.js', installed)).toEqual([
      '/usr/lib/kindling-cli/kindling-privileged',
    ])
    const electron = { ...runtime, execPath: '/e/electron', electron: '45.0.0' }
    expect(helperProgram('/k/privileged.js', electron)).toEqual([
      '/usr/bin/env',
      'ELECTRON_RUN_AS_NODE=1',
      '/e/electron',
      '/k/privileged.js',
    ])
  })

  test('is the launcher of a package, which polkit can name', () => {
    const exists = (path: string) => path === '/opt/Kindling/kindling-privileged'
    const packaged = { ...runtime, execPath: '/opt/Kindling/kindling', electron: '45.0.0', exists }
    expect(helperProgram('/x/privileged.js', packaged)).toEqual(['/opt/Kindling/kindling-privileged'])
  })

  test('is the window’s program, told to be the helper, on Windows', () => {
    const execPath = 'C:\\Program Files\\Kindling\\Kindling.exe'
    const windows = { ...runtime, execPath, electron: '45.0.0', platform: 'win32' as NodeJS.Platform }
    expect(helperProgram('C:\\x\\privileged.js', windows)).toEqual([execPath, '--privileged'])
  })

  test('is the AppImage itself, since root cannot read a mount of somebody else', () => {
    const appImage = '/home/a/Kindling.AppImage'
    const mounted = { ...runtime, execPath: '/tmp/.mount_x/kindling', electron: '45.0.0', appImage }
    expect(helperProgram('/tmp/.mount_x/p.js', mounted)).toEqual([appImage, '--no-sandbox', '--privileged'])
  })
})

describe('what a helper takes over', () => {
  test('is a fixed list of its environment', () => {
    const given = { NODE_OPTIONS: '--require /tmp/x', LD_PRELOAD: '/tmp/x', PATH: '/tmp', HOME: '/h', SUDO_UID: '5' }
    expect(cleanEnvironment(given, 'linux')).toEqual({
      SUDO_UID: '5',
      PATH: '/usr/sbin:/usr/bin:/sbin:/bin',
      LC_ALL: 'C',
    })
  })

  test.each<[string, NodeJS.ProcessEnv, NodeJS.Platform, number | null]>([
    ['sudo', { SUDO_UID: '1000' }, 'linux', 1000],
    ['pkexec', { PKEXEC_UID: '1001' }, 'linux', 1001],
    ['sudo, which keeps a variable of the caller', { SUDO_UID: '1000', PKEXEC_UID: '0' }, 'linux', 1000],
    ['sudo, with an empty variable', { SUDO_UID: '1000', PKEXEC_UID: '' }, 'linux', 1000],
    ['pkexec, with an empty variable', { SUDO_UID: '', PKEXEC_UID: '1001' }, 'linux', 1001],
    ['root itself, with a word in place of a number', { SUDO_UID: 'me' }, 'linux', 0],
    ['root itself', {}, 'linux', 0],
    ['osascript', {}, 'darwin', null],
    ['UAC', {}, 'win32', null],
  ])('is told by whom it was started: %s', (_, environment, platform, user) => {
    expect(invitingUser(environment, platform, 0)).toBe(user)
  })
})
