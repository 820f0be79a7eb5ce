import { readdir } from 'node:fs/promises'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { readReleases } from '../../../src-main/catalog/read-catalog.ts'
import { recallAllStreams } from '../../../src-main/catalog/stream-cache.ts'
import { createHttp } from '../../../src-main/net/http.ts'
import { startMirror, type Mirror } from '../../support/mirror/mirror.ts'
import { makeTemporaryDirectory, type TemporaryDirectory } from '../../support/files/temporary.ts'
import { saying } from '../../support/expect/saying.ts'

const file = 'prod/streams/stable/releases.json'

let mirror: Mirror
let temporary: TemporaryDirectory
beforeEach(async () => {
  ;[mirror, temporary] = await Promise.all([startMirror(), makeTemporaryDirectory()])
  await publish('44.20260623.3.0', '44.20260707.3.1')
})
afterEach(async () => {
  await mirror.close()
  await temporary.dispose()
})

const publish = (...versions: string[]) => put({ stream: 'stable', versions })
const put = ({ stream, versions }: { stream: string; versions: string[] }) =>
  mirror.put(
    file,
    JSON.stringify({
      stream,
      releases: versions.map((version) => ({ version, metadata: `${mirror.url}${version}/release.json` })),
    }),
  )
const read = (wish: { stream?: string; offline?: boolean } = {}) =>
  readReleases(
    { http: createHttp(), now: () => Date.UTC(2026, 6, 22), paths: { cache: temporary.path, config: '', state: '' } },
    { stream: 'stable', baseUrl: mirror.streamBaseUrl, ...wish },
  )
const versions = ({ releases }: { releases: { version: string }[] }) => releases.map(({ version }) => version)

test('the index is asked for once, and then only whether it changed', async () => {
  const first = await read()
  expect(versions(first)).toEqual(['44.20260707.3.1', '44.20260623.3.0'])
  expect(first).toMatchObject({ stream: 'stable', baseUrl: mirror.streamBaseUrl, offline: null, doubts: [] })
  expect(await read()).toEqual(first)
  expect(mirror.requests.map(({ status }) => status)).toEqual([200, 304])
})

test('without a network, what was seen last is told, and no request is made when none is wanted', async () => {
  await expect(read({ offline: true })).rejects.toMatchObject({ code: 'network-unreachable' })
  const first = await read()
  expect(await read({ offline: true })).toMatchObject({ releases: first.releases, offline: saying(/./) })
  expect(mirror.requests).toHaveLength(1)
  mirror.goAway()
  expect(await read()).toMatchObject({ releases: first.releases, offline: saying(/./) })
})

test('an index that is older than before, or of another stream, is doubtful and does not become the last', async () => {
  await read()
  await publish('44.20260623.3.0')
  expect((await read()).doubts).toHaveLength(1)
  expect(versions(await read({ offline: true }))).toEqual(['44.20260707.3.1', '44.20260623.3.0'])
  await put({ stream: 'next', versions: ['44.20260707.3.1'] })
  expect((await read()).doubts).toHaveLength(1)
})

test.each([403, 404])('a server that answers %d has no index, which says nothing of the stream', async (status) => {
  mirror.fault(file, { kind: 'status', status })
  await expect(read()).rejects.toMatchObject({
    code: 'releases-unknown',
    details: { stream: 'stable', url: `${mirror.url}${file}` },
  })
})

test('an index without a release is none', async () => {
  await publish()
  await expect(read()).rejects.toMatchObject({ code: 'releases-unknown' })
})

test('it is kept apart from the streams, which identify reads', async () => {
  await read()
  expect(await recallAllStreams(temporary.path)).toEqual([])
  expect(await readdir(temporary.path)).toEqual(['releases'])
})
