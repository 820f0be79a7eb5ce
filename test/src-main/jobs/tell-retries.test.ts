import { afterAll, beforeAll, expect, test } from 'vitest'
import { SilenceError, type HttpAnswer } from '../../../src-main/net/http.ts'
import { runDownload } from '../../../src-main/jobs/run-download.ts'
import { startJobRun } from '../../../src-main/jobs/job-run.ts'
import { KindlingError } from '../../../src-shared/failure.ts'
import type { JobEvent, SourceSpec } from '../../../src-shared/job.ts'
import { makeTestPorts, type TestPorts } from '../../support/worlds/test-ports.ts'

let testPorts: TestPorts
/** Current time in milliseconds. */
let now = 0
beforeAll(async () => {
  testPorts = await makeTestPorts({
    now: () => now,
    sleep: async (milliseconds) => void (now += milliseconds),
    async http({ url }) {
      if (url === `${unsigned}.sig`) return notFound(url)
      now += 30_000
      const cause = new SilenceError(30_000)
      throw new KindlingError('network-unreachable', { host: new URL(url).host, reason: cause.message }, { cause })
    },
  })
})
afterAll(() => testPorts.dispose())

const url = 'https://mirror.test/image.raw'
const unsigned = 'https://mirror.test/unsigned.raw'
async function* nothing() {}
const notFound = (from: string): HttpAnswer => ({
  status: 404,
  url: from,
  isPublic: true,
  headers: {},
  body: Object.assign(nothing(), { dump: async () => {} }),
  abort: () => {},
})
test.each<[string, SourceSpec]>([
  ['the metadata', { image: { kind: 'stream', stream: 'stable', architecture: 'x', platform: 'y', format: 'z' } }],
  ['the signature', { image: { kind: 'url', url } }],
  ['the image', { image: { kind: 'url', url: unsigned }, insecure: true }],
])('a server that never answers for %s is told of after half a minute, and given up within two', async (_, source) => {
  now = 0
  const told: [number, JobEvent][] = []
  const run = startJobRun(testPorts.ports, (event) => void told.push([now, event]), new AbortController().signal)
  const download = runDownload(
    testPorts.ports,
    { job: 'download', source, directory: testPorts.ports.paths.state },
    run,
  )
  await expect(download).rejects.toMatchObject({
    code: 'network-unreachable',
    details: { reason: 'no answer within 30 seconds' },
  })
  await run.end(null)
  expect(now).toBeLessThanOrEqual(120_000)
  const warnings = told.filter(([, { event }]) => event === 'warning')
  expect(warnings).toHaveLength(2)
  expect(warnings[0]).toMatchObject([30_000, { code: 'server-silent', details: { seconds: 30, attempt: 2 } }])
})
