import { afterEach, beforeEach, expect, test } from 'vitest'
import { readRelease } from '../../../src-main/catalog/read-release.ts'
import { recallAllStreams } from '../../../src-main/catalog/stream-cache.ts'
import { createHttp } from '../../../src-main/net/http.ts'
import { startMirror, type Mirror } from '../../support/mirror/mirror.ts'
import { makeTemporaryDirectory, type TemporaryDirectory } from '../../support/files/temporary.ts'
import { saying } from '../../support/expect/saying.ts'

const [latest, chosen, oldest] = ['44.20260707.3.1', '44.20260623.3.0', '33.20201201.3.0'] as const
const builds = 'prod/streams/stable/builds'

let mirror: Mirror
let temporary: TemporaryDirectory
beforeEach(async () => {
  ;[mirror, temporary] = await Promise.all([startMirror(), makeTemporaryDirectory()])
  await putIndex(`${mirror.url}${builds}/${chosen}/release.json`)
  await putRelease(chosen)
})
afterEach(async () => {
  await mirror.close()
  await temporary.dispose()
})

/** @param location – of the metadata of the chosen release */
const putIndex = (location: string) =>
  mirror.put(
    'prod/streams/stable/releases.json',
    JSON.stringify({
      stream: 'stable',
      releases: [oldest, chosen, latest].map((version) => ({
        version,
        metadata: version === chosen ? location : `${mirror.url}${builds}/${version}/release.json`,
      })),
    }),
  )
const putRelease = (release: string, stream = 'stable') =>
  mirror.put(
    `${builds}/${chosen}/release.json`,
    JSON.stringify({
      release,
      stream,
      architectures: {
        x86_64: {
          media: {
            metal: { artifacts: { iso: { disk: { location: `${mirror.url}a.iso`, sha256: 'a'.repeat(64) } } } },
          },
        },
      },
    }),
  )
const read = (release: string = chosen, offline = false) =>
  readRelease(
    { http: createHttp(), now: () => Date.UTC(2026, 6, 22), paths: { cache: temporary.path, config: '', state: '' } },
    { stream: 'stable', baseUrl: mirror.streamBaseUrl, release, offline },
  )
const asked = () => mirror.requests.map(({ path, status }) => `${status} ${path.replace(/^\//, '')}`)

test('a release is found by the index, kept, and then asked for only whether it changed', async () => {
  const first = await read()
  expect(first).toMatchObject({
    ...{ stream: 'stable', stated: 'stable', baseUrl: mirror.streamBaseUrl, offline: null, doubts: [] },
    artifacts: [{ release: chosen, platform: 'metal', format: 'iso' }],
  })
  expect(await read()).toEqual(first)
  const [index, release] = ['prod/streams/stable/releases.json', `${builds}/${chosen}/release.json`]
  expect(asked()).toEqual([`200 ${index}`, `200 ${release}`, `304 ${index}`, `304 ${release}`])
  expect(await read(chosen, true)).toMatchObject({ artifacts: first.artifacts, offline: saying(/./) })
  mirror.goAway()
  expect(await read()).toMatchObject({ artifacts: first.artifacts, offline: saying(/./) })
  // Files there are read as streams.
  expect(await recallAllStreams(temporary.path)).toEqual([])
})

test.each([
  ['another place of the server', (url: string) => url.replace('/streams/', '/')],
  ['another server', () => 'http://127.0.0.1:9/fcos/release.json'],
  ['an address with a query', (url: string) => `${url}fcos/release.json?a`],
  ['no file of metadata', (url: string) => `${url}fcos/`],
])('metadata at %s are not asked for', async (_, place) => {
  const base = `${mirror.url}fcos/streams/`
  await mirror.put(
    'fcos/prod/streams/stable/releases.json',
    JSON.stringify({ releases: [{ version: chosen, metadata: place(mirror.url) }] }),
  )
  const wish = { stream: 'stable', baseUrl: base, release: chosen }
  const ports = { http: createHttp(), now: Date.now, paths: { cache: temporary.path, config: '', state: '' } }
  await expect(readRelease(ports, wish)).rejects.toMatchObject({ code: 'address-refused' })
  expect(mirror.requests).toHaveLength(1)
})

test('metadata of another release are refused, and those of another stream are doubtful', async () => {
  await putRelease(latest)
  await expect(read()).rejects.toMatchObject({ code: 'metadata-malformed', details: { place: 'release' } })
  await putRelease(chosen, 'next')
  expect((await read()).doubts).toEqual(['the metadata of stable name the stream next'])
})

test.each([
  ['44.2026', [latest, chosen]],
  ['44.20260630.3.0', [latest, chosen, oldest]],
  ['stable', [latest, chosen, oldest]],
])('%s, which no index names, is unknown, and what is near is told', async (release, near) =>
  expect(read(release)).rejects.toMatchObject({
    code: 'release-unknown',
    details: { stream: 'stable', release, near },
  }),
)

test('a build that was never published is told as such', async () => {
  const build = '44.20260709.3.0'
  await mirror.put(`${builds}/builds.json`, JSON.stringify({ builds: [{ id: build, arches: ['x86_64'] }] }))
  await expect(read(build)).rejects.toMatchObject({ code: 'release-unpublished' })
  await expect(read('44.20260710.3.0')).rejects.toMatchObject({ code: 'release-unknown' })
})

test.each([403, 404])('a release whose metadata are answered with %d was removed', async (status) => {
  mirror.fault(`${builds}/${chosen}/release.json`, { kind: 'status', status })
  await expect(read()).rejects.toMatchObject({
    code: 'release-pruned',
    details: { release: chosen, url: `${mirror.url}${builds}/${chosen}/release.json` },
  })
})
