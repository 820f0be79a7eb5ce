import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { callKindling } from './call-kindling.ts'
import { makeCliWorld, type CliWorld } from './cli-world.ts'
import { runKindling } from './run-kindling.ts'

describe('the command line in the process of the test', () => {
  let world: CliWorld
  beforeAll(async () => (world = await makeCliWorld({ imageSize: 2 * 1024 * 1024 })))
  afterAll(() => world.dispose())

  test('says what the process says', async () => {
    const env = { KINDLING_STREAM_BASE_URL: world.baseUrl }
    for (const args of [
      ['list', '--images'],
      ['write', '--help'],
      ['--version'],
      ['nonsense'],
      ['list', '--nonsense', '--json'],
      ['verify', '--image-file', '/nowhere.raw', '--drive', '/nowhere', '--json'],
      ['write', '--drive', '/nowhere.img', '--yes'],
    ])
      expect(await callKindling(args, { env }), args.join(' ')).toEqual({
        ...(await runKindling(args, { env })),
        // The help text contains the path of the log, and each run has its own directory.
        ...(args.includes('--help') && { stdout: expect.stringContaining('Usage: kindling write') as string }),
      })
  })

  test('leaves the process as it was', async () => {
    const state = () => ({
      exitCode: process.exitCode,
      environment: { ...process.env },
      listeners: process.eventNames().map((name) => [name, process.listenerCount(name)]),
      streams: [process.stdout, process.stderr].map((stream) => stream.listenerCount('error')),
    })
    const before = state()
    const drive = await world.makeDrive()
    expect((await world.call(['write', '--drive', drive.path, '--yes', '--json'])).code).toBe(0)
    expect((await world.call(['list', '-s', 'nonsense'])).code).toBe(2)
    expect(state()).toEqual(before)
  })

  test('takes no variable that only a process could read', async () => {
    await expect(callKindling(['list'], { env: { NODE_EXTRA_CA_CERTS: '/ca.pem' } })).rejects.toThrow('runKindling')
  })
})
