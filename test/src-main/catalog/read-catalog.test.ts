import { gzipSync } from 'node:zlib'
import { readdir, writeFile } from 'node:fs/promises'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { readCatalog } from '../../../src-main/catalog/read-catalog.ts'
import { createHttp, type HttpRequest } from '../../../src-main/net/http.ts'
import { startMirror, type Fault, type Mirror } from '../../support/mirror/mirror.ts'
import { makeTemporaryDirectory, type TemporaryDirectory } from '../../support/files/temporary.ts'
import { syntheticCount, syntheticStream } from './synthetic-stream.ts'
import { saying } from '../../support/expect/saying.ts'

const file = 'streams/stable.json'
const metadata = JSON.stringify(syntheticStream())

let mirror: Mirror
let temporary: TemporaryDirectory
let now: number
beforeEach(async () => {
  ;[mirror, temporary] = await Promise.all([startMirror(), makeTemporaryDirectory()])
  await mirror.put(file, metadata)
  now = Date.UTC(2026, 6, 22)
})
afterEach(async () => {
  await mirror.close().catch(() => {})
  await temporary.dispose()
})

const ports = () => ({
  http: createHttp(),
  now: () => now,
  paths: { cache: temporary.path, config: '', state: '' },
})
const read = (wish: { stream?: string; offline?: boolean; signal?: AbortSignal } = {}) =>
  readCatalog(ports(), { stream: 'stable', baseUrl: mirror.streamBaseUrl, ...wish })

const failsWith = (code: string, details: Record<string, unknown> = {}) =>
  expect.objectContaining({ code, details: expect.objectContaining(details) })

test('a stream is read with one request, whatever the number of its artifacts', async () => {
  const catalog = await read()
  expect(catalog).toMatchObject({
    stream: 'stable',
    baseUrl: mirror.streamBaseUrl,
    lastModified: '2026-07-21T14:07:12Z',
    seenAt: now,
    ageSeconds: 0,
    offline: null,
  })
  expect(catalog.artifacts).toHaveLength(syntheticCount)
  expect(mirror.requests).toHaveLength(1)
  expect(mirror.requests[0]!.headers).not.toHaveProperty('if-none-match')
  expect(mirror.requests[0]!.headers).not.toHaveProperty('if-modified-since')
})

test('a base that lacks its last slash is the same base', async () => {
  const baseUrl = mirror.streamBaseUrl.slice(0, -1)
  expect(await readCatalog(ports(), { stream: 'stable', baseUrl })).toMatchObject({ baseUrl: mirror.streamBaseUrl })
  await read()
  expect(mirror.requests.map(({ status }) => status)).toEqual([200, 304])
})

test('what was not modified is not sent again, and is fresh again', async () => {
  const first = await read()
  now += 3_600_000
  expect(await read()).toEqual({ ...first, seenAt: now })
  expect(mirror.requests.map(({ status, bytesSent }) => [status, bytesSent])).toEqual([
    [200, metadata.length],
    [304, 0],
  ])
  const [sent, validated] = mirror.requests
  expect(sent!.status).toBe(200)
  expect(validated!.headers['if-none-match']).toMatch(/^"/)
  expect(validated!.headers['if-modified-since']).toMatch(/GMT$/)
  now += 5000
  expect(await read({ offline: true })).toMatchObject({ seenAt: now - 5000, ageSeconds: 5 })
})

test('what was modified replaces what was kept', async () => {
  await read()
  await mirror.put(file, metadata.replaceAll('44.20260707.3.1', '44.20260801.3.0'))
  expect((await read()).artifacts[0]!.release).toBe('44.20260801.3.0')
  expect((await read({ offline: true })).artifacts[0]!.release).toBe('44.20260801.3.0')
})

test('offline nobody is asked, and the age is told in whole seconds', async () => {
  const first = await read()
  now += 90_999
  expect(await read({ offline: true })).toEqual({ ...first, ageSeconds: 90, offline: 'the server was not contacted' })
  expect(mirror.requests).toHaveLength(1)
})

test('a clock that was set back makes nothing younger than now', async () => {
  await read()
  now -= 1_000_000
  expect(await read({ offline: true })).toMatchObject({ ageSeconds: 0 })
})

test('offline what was never seen fails, without a request', async () => {
  await expect(read({ offline: true })).rejects.toEqual(
    failsWith('network-unreachable', { host: new URL(mirror.url).host }),
  )
  expect(mirror.requests).toHaveLength(0)
})

test('streams and bases do not answer for each other', async () => {
  await read()
  await expect(read({ stream: 'next', offline: true })).rejects.toEqual(failsWith('network-unreachable'))
  await expect(
    readCatalog(ports(), { stream: 'stable', baseUrl: `${mirror.url}other/`, offline: true }),
  ).rejects.toEqual(failsWith('network-unreachable'))
})

const outages: [string, Fault, string, string][] = [
  ['500', { kind: 'status', status: 500 }, 'http-status', 'answered 500'],
  ['429', { kind: 'status', status: 429 }, 'http-status', 'answered 429'],
  ['401', { kind: 'status', status: 401 }, 'login-wanted', 'requires a login'],
  ['403 for a stream that every mirror has', { kind: 'status', status: 403 }, 'request-forbidden', 'refuses'],
  ['a web page', { kind: 'html' }, 'metadata-malformed', 'the whole file: not JSON'],
  ['a body that is cut short', { kind: 'short', afterBytes: 100 }, 'network-unreachable', 'Cannot reach'],
  ['a connection that is lost', { kind: 'drop', afterBytes: 100 }, 'network-unreachable', 'Cannot reach'],
  ['a redirect to no web', { kind: 'redirect', to: 'file:///etc/passwd' }, 'redirect-refused', 'Refused to follow'],
]

test.each(outages)('an answer of %s fails when nothing was seen before', async (_, fault, code) => {
  mirror.fault(file, fault)
  await expect(read()).rejects.toEqual(failsWith(code))
  expect(await readdir(temporary.path)).toEqual([])
})

test.each(outages)('an answer of %s gives what was last seen, and why', async (_, fault, _code, reason) => {
  const first = await read()
  // Changed, so that the response has a body for the fault to affect.
  await mirror.put(file, metadata.replaceAll('44.20260707.3.1', '44.20260801.3.0'))
  mirror.fault(file, { ...fault, times: 1 })
  now += 7000
  const last = await read()
  expect(last).toEqual({ ...first, ageSeconds: 7, offline: saying(reason) })
  expect(await read()).toMatchObject({ offline: null, seenAt: now })
})

test('a server that is gone gives what was last seen, or a failure that names it', async () => {
  await read()
  await mirror.close()
  expect(await read()).toMatchObject({ offline: saying(new URL(mirror.url).host) })
  await expect(read({ stream: 'next' })).rejects.toEqual(failsWith('network-unreachable'))
})

test('metadata that is broken names the place', async () => {
  await mirror.put(file, metadata.replace('0123456789abcdef', 'z'))
  await expect(read()).rejects.toEqual(
    failsWith('metadata-malformed', { place: 'architectures.x86_64.artifacts.aws.formats["vmdk.xz"].disk.sha256' }),
  )
})

test('an answer larger than 4 MiB is not read to its end', async () => {
  await mirror.put(file, Buffer.alloc(64 * 1024 * 1024, ' '))
  await expect(read()).rejects.toEqual(failsWith('http-status', { status: saying('more than 4194304 bytes') }))
})

test.each([404, 410])('status %d means that there is no such stream, even when it was seen before', async (status) => {
  await read()
  mirror.fault(file, { kind: 'status', status })
  await expect(read()).rejects.toEqual(failsWith('stream-unknown', { stream: 'stable', baseUrl: mirror.streamBaseUrl }))
})

test('status 403 means that there is no such stream where its name is none that every mirror has', async () => {
  mirror.fault('streams/rawhide.json', { kind: 'status', status: 403 })
  await expect(read({ stream: 'rawhide' })).rejects.toEqual(failsWith('stream-unknown'))
})

test('metadata that a server packs on their way are unpacked', async () => {
  mirror.fault(
    file,
    { kind: 'header', name: 'content-encoding', value: 'gzip' },
    { kind: 'replace', content: gzipSync(metadata) },
  )
  expect(await read()).toMatchObject({ offline: null })
})

test('"not modified" for what was never asked about is a failure', async () => {
  mirror.fault(file, { kind: 'status', status: 304 })
  await expect(read()).rejects.toEqual(failsWith('http-status', { status: 304 }))
})

test.each(['not JSON at all', '{"text":"{}","etag":"\\"1\\"","lastModified":null,"seenAt":1}'])(
  'the corrupt cache file %j is replaced, and asked for without conditions',
  async (content) => {
    await read()
    const [name] = await readdir(temporary.file('streams'))
    await writeFile(temporary.file(`streams/${name}`), content)
    await expect(read({ offline: true })).rejects.toEqual(failsWith('network-unreachable'))
    expect(await read()).toMatchObject({ offline: null })
    expect(mirror.requests.at(-1)).toMatchObject({ status: 200 })
    expect(await read({ offline: true })).toMatchObject({ seenAt: now })
  },
)

test('what cannot be kept is read all the same', async () => {
  await writeFile(temporary.file('cache'), 'a file is where the directory should be')
  const catalog = await readCatalog(
    { ...ports(), paths: { cache: temporary.file('cache'), config: '', state: '' } },
    { stream: 'stable', baseUrl: mirror.streamBaseUrl },
  )
  expect(catalog.artifacts).toHaveLength(syntheticCount)
})

test('a redirect is followed, and what was asked for is what is kept', async () => {
  mirror.fault('streams/moved.json', { kind: 'redirect', to: `${mirror.url}${file}` })
  await read({ stream: 'moved' })
  expect(await read({ stream: 'moved', offline: true })).toMatchObject({
    stream: 'moved',
    baseUrl: mirror.streamBaseUrl,
  })
})

test('what a public server said stays its word, although its name leads within now', async () => {
  const http = createHttp()
  const fromPublic = {
    ...ports(),
    http: async (request: HttpRequest) => ({ ...(await http(request)), isPublic: true }),
  }
  const wish = { stream: 'stable', baseUrl: mirror.streamBaseUrl }
  expect(await readCatalog(fromPublic, wish)).toMatchObject({ isPublic: true })
  // The same version again, and then no response: both times the stored text is used, which came
  // from a public server.
  expect(await read()).toMatchObject({ isPublic: true, offline: null })
  expect(await read({ offline: true })).toMatchObject({ isPublic: true })
  await mirror.put(file, `${metadata} `)
  expect(await read()).toMatchObject({ isPublic: false })
})

test('stopped on request, it does not answer with what was last seen', async () => {
  await read()
  await mirror.put(file, `${metadata} `)
  mirror.fault(file, { kind: 'stall', afterBytes: 100 })
  const reason = new Error('enough')

  const beforeBegin = AbortSignal.abort(reason)
  await expect(read({ signal: beforeBegin })).rejects.toBe(reason)
  await expect(read({ signal: beforeBegin, offline: true })).rejects.toBe(reason)

  const inRequest = new AbortController()
  const requesting = read({ signal: inRequest.signal })
  inRequest.abort(reason)
  await expect(requesting).rejects.toBe(reason)

  const inBody = new AbortController()
  const http = createHttp()
  const reading = readCatalog(
    {
      ...ports(),
      async http(request) {
        const answer = await http(request)
        // The head of the response has arrived, so the abort happens during the wait for the body.
        setImmediate(() => inBody.abort(reason))
        return answer
      },
    },
    { stream: 'stable', baseUrl: mirror.streamBaseUrl, signal: inBody.signal },
  )
  await expect(reading).rejects.toBe(reason)
})

test('several readers at once all get the stream and leave one file', async () => {
  const catalogs = await Promise.all(Array.from({ length: 8 }, () => read()))
  for (const catalog of catalogs) expect(catalog).toEqual(catalogs[0])
  expect(await readdir(temporary.file('streams'))).toHaveLength(1)
})

test.each(['../stable', 'a/b', ''])('the stream name %j asks nobody', async (stream) => {
  await expect(read({ stream })).rejects.toEqual(failsWith('usage'))
  expect(mirror.requests).toHaveLength(0)
})

describe('metadata that may not be those of the stream as it is now', () => {
  const change = (text: string, lastModified = '2026-07-21T14:07:12Z') =>
    metadata.replaceAll('44.20260707.3.1', text).replace('2026-07-21T14:07:12Z', lastModified)
  const older = 'the metadata of stable have 44.20260620.3.0, but had 44.20260707.3.1 before'

  test('an older release is doubted each time, and does not take the place of the newer one', async () => {
    expect((await read()).doubts).toEqual([])
    await mirror.put(file, change('44.20260620.3.0'))
    for (const _ of ['first', 'again']) {
      const catalog = await read()
      expect(catalog.doubts).toEqual([older])
      expect(catalog.artifacts[0]!.release).toBe('44.20260620.3.0')
    }
    expect(await read({ offline: true })).toMatchObject({ doubts: [] })
    expect((await read({ offline: true })).artifacts[0]!.release).toBe('44.20260707.3.1')
    await mirror.put(file, change('44.20260721.3.0'))
    expect((await read()).doubts).toEqual([])
  })

  test('an older build of the same day is doubted, a newer one is not', async () => {
    await read()
    await mirror.put(file, change('44.20260707.3.0'))
    expect((await read()).doubts).toHaveLength(1)
    await mirror.put(file, change('44.20260707.3.2', '2026-07-20T00:00:00Z'))
    expect((await read()).doubts).toEqual([])
  })

  test('an older file whose releases have no such number is doubted by its date', async () => {
    await mirror.put(file, change('blue'))
    await read()
    await mirror.put(file, change('green', '2026-07-01T00:00:00Z'))
    const doubt = 'the metadata of stable have 2026-07-01, but had 2026-07-21 before'
    expect((await read()).doubts).toEqual([doubt])
  })

  test('a release of the future that was seen once makes none older', async () => {
    await mirror.put(file, change('44.20990101.3.0'))
    await read()
    await mirror.put(file, metadata)
    expect((await read()).doubts).toEqual([])
  })

  test('the file of another stream is doubted, also when it is the first, and makes those of its own none older', async () => {
    const next = change('44.20260720.1.1').replace('"stable"', '"next"')
    expect(next).not.toBe(change('44.20260720.1.1'))
    await mirror.put(file, next)
    const doubt = 'the metadata of stable name the stream next'
    expect(await read()).toMatchObject({ stream: 'stable', stated: 'next', doubts: [doubt] })
    expect((await read({ offline: true })).doubts).toEqual([doubt])
    await mirror.put(file, metadata)
    expect((await read()).doubts).toEqual([])
  })

  test('a mirror may keep the file of a stream under a name of its own', async () => {
    await mirror.put('streams/stable-2026-07.json', metadata)
    expect(await read({ stream: 'stable-2026-07' })).toMatchObject({ stated: 'stable', doubts: [] })
  })
})
