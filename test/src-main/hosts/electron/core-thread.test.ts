import { writeFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { News } from '../../../../src-shared/api.ts'
import { ok } from '../../../../src-shared/result.ts'
import { startCore } from '../../../../src-main/hosts/electron/core-thread.ts'
import type { HostCalls } from '../../../../src-main/hosts/electron/host-calls.ts'
import type { Sender } from '../../../../src-main/hosts/electron/sender.ts'
import { privateDirectories } from '../../../support/private-directories.ts'
import { makeTemporaryDirectory, type TemporaryDirectory } from '../../../support/temporary.ts'

// The thread is the real one, of the built program, or one that breaks; the window's half of it is this test.

const built = resolve(import.meta.dirname, '../../../../out/main')
const page: Sender = { url: 'app://kindling/index.html', inside: false }

let directory: TemporaryDirectory
beforeEach(async () => {
  directory = await makeTemporaryDirectory()
  const variables = { ...privateDirectories(directory.path), KINDLING_STREAM_BASE_URL: 'http://127.0.0.1:9/' }
  for (const [name, value] of Object.entries(variables)) vi.stubEnv(name, value)
})
afterEach(() => {
  vi.unstubAllEnvs()
  return directory.dispose()
})

/** A core that does so with each message. */
async function startBroken(body: string) {
  await writeFile(directory.file('package.json'), '{ "type": "module" }')
  await writeFile(
    directory.file('core.js'),
    `import { parentPort } from 'node:worker_threads'\nparentPort.on('message', (message) => { ${body} })`,
  )
  return startCore(directory.path)
}

test('the core answers the program at once, and the page what the door lets through', async () => {
  const core = startCore(built)
  expect(await core.call('surroundings', {})).toMatchObject({
    ok: true,
    value: { streamBaseUrl: 'http://127.0.0.1:9/' },
  })
  expect(await core.knock(page, 'surroundings', {})).toMatchObject({ ok: true })
  for (const [sender, name, args] of [
    [null, 'surroundings', {}],
    [{ ...page, inside: true }, 'surroundings', {}],
    [page, 'format', {}],
    [page, 'cancel', {}],
  ] as const)
    expect(await core.knock(sender, name, args)).toMatchObject({ ok: false, failure: { code: 'usage' } })
})

test('what only the window can do waits for it, and is answered by it', async () => {
  const core = startCore(built)
  const taking = core.knock(page, 'takeImage', {})
  const copying = core.knock(page, 'copyText', { text: 'x', more: 'than agreed' })
  const linking = core.knock(page, 'openLink', { link: 'coreos-bare-metal' })
  // Others are answered meanwhile.
  expect(await core.knock(page, 'surroundings', {})).toMatchObject({ ok: true })
  const copied: unknown[] = []
  core.serve({
    takeImage: async () => ok(null),
    copyText: async (args) => {
      copied.push(args)
      return ok(null)
    },
    openLink: async () => {
      throw new Error('no browser')
    },
  } as Partial<HostCalls> as HostCalls)
  expect(await taking).toEqual(ok(null))
  expect(await copying).toEqual(ok(null))
  expect(copied).toEqual([{ text: 'x' }])
  expect(await linking).toMatchObject({ ok: false, failure: { code: 'internal', details: { reason: 'no browser' } } })
})

test('a core that breaks fails its jobs, whose drives nobody knows, and all that is asked of it', async () => {
  const job = (id: string, event: object) =>
    `parentPort.postMessage(${JSON.stringify({ said: 'tell', told: { news: 'job', id, event } })})`
  const core = await startBroken(
    [
      job('done', { event: 'phase', phase: 'write' }),
      job('done', { event: 'done', receipt: null }),
      job('going', { event: 'phase', phase: 'write' }),
      `throw new Error('out of order')`,
    ].join(';'),
  )
  const heard: News[] = []
  const over = new Promise<void>((resolve) =>
    core.onNews((news) => {
      heard.push(news)
      if (news.news === 'job' && news.event.event === 'failed') resolve()
    }),
  )
  const asked = await core.call('drives', {})
  const broken = {
    code: 'internal',
    details: { reason: expect.stringMatching(/^the core ended.*out of order/) as string },
  }
  expect(asked).toMatchObject({ ok: false, failure: { ...broken, driveState: null } })
  await over
  expect(heard.at(-1)).toMatchObject({ news: 'job', id: 'going', event: { ...broken, driveState: 'unknown' } })
  expect(heard.filter((news) => news.news === 'job' && news.event.event === 'failed')).toHaveLength(1)
  expect(await core.knock(page, 'drives', {})).toMatchObject({ ok: false, failure: broken })
})
