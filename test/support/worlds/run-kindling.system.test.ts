import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startCoreosMirror, type CoreosMirror } from '../mirror/coreos-mirror.ts'
import { runKindling } from './run-kindling.ts'

describe('the command line as a process', () => {
  let fedora: CoreosMirror
  beforeAll(async () => (fedora = await startCoreosMirror({ imageSize: 2 * 1024 * 1024 })))
  afterAll(() => fedora.dispose())

  test('sees the streams of the mirror', async () => {
    const run = await runKindling(['list', '-s', 'stable', '-p', 'metal', '-f', 'raw.xz'], {
      env: { KINDLING_STREAM_BASE_URL: fedora.baseUrl },
    })
    expect(run).toMatchObject({ code: 0, signal: null })
    expect(run.stdout).toContain(fedora.find('raw.xz').location)
    expect(fedora.mirror.requestsFor('streams/stable.json')).toHaveLength(1)
  })

  test('reports its events, the last one saying how it ended', async () => {
    const run = await runKindling(['verify', '--image-file', '/nowhere.raw', '--drive', '/nowhere', '--json'])
    expect(run.events.at(-1)).toMatchObject({ event: 'failed' })
    expect([run.code, run.stderr]).toEqual([expect.any(Number), ''])
  })
})
