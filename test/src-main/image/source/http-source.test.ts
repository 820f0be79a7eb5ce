import fc from 'fast-check'
import { createServer } from 'node:http'
import { gzipSync } from 'node:zlib'
import type { AddressInfo } from 'node:net'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { createHttp } from '../../../../src-main/net/http.ts'
import { openHttpSource } from '../../../../src-main/image/source/http-source.ts'
import type { Ports } from '../../../../src-main/ports.ts'
import { failureOf } from '../../../support/expect/failing.ts'
import { startMirror, type Mirror } from '../../../support/mirror/mirror.ts'
import { makeNoise } from '../../../support/images/random-bytes.ts'
import { runs } from '../../../support/run/tier.ts'

const content = makeNoise(1_000_003, 1)
const delays: number[] = []
const ports: Pick<Ports, 'http' | 'now' | 'sleep' | 'random'> = {
  http: createHttp(),
  now: () => 0,
  sleep: async (milliseconds) => void delays.push(milliseconds),
  random: () => 0.5,
}
const { signal } = new AbortController()

describe('an image on a server', () => {
  let mirror: Mirror
  let url: string
  beforeAll(async () => {
    mirror = await startMirror()
    url = await mirror.put('image.raw', content)
  })
  afterEach(async () => {
    mirror.clearFaults()
    await mirror.put('image.raw', content)
    mirror.requests.length = 0
    delays.length = 0
  })
  afterAll(() => mirror.close())

  const open = (retries: number | null = 3) => openHttpSource(ports, url, { retries }, signal)
  async function readWhole(retries?: number | null): Promise<Buffer> {
    const parts: Uint8Array[] = []
    for await (const part of (await open(retries)).chunks(signal)) parts.push(part)
    return Buffer.concat(parts)
  }

  test('says its size and gives its bytes', async () => {
    expect((await open()).size).toBe(content.length)
    expect((await readWhole()).equals(content)).toBe(true)
  })

  test('is taken up where a connection broke, no byte fetched twice', async () => {
    mirror.fault('image.raw', { kind: 'drop', afterBytes: 300_000, times: 3 })
    expect((await readWhole()).equals(content)).toBe(true)
    const ranges = mirror.requestsFor('image.raw').map(({ range }) => range)
    expect(ranges.slice(2).every((range) => range !== undefined && range !== null)).toBe(true)
  })

  test('is taken up as often as a try makes progress, after the shortest wait', async () => {
    mirror.fault('image.raw', { kind: 'drop', afterBytes: 150_000, times: 7 })
    expect((await readWhole(1)).equals(content)).toBe(true)
    expect(new Set(delays)).toEqual(new Set([375]))
    expect(delays.length).toBeGreaterThan(3)
  })

  test('is asked for the rest of the same version alone', async () => {
    mirror.fault('image.raw', { kind: 'drop', afterBytes: 300_000, times: 2 })
    await readWhole()
    const { headers } = mirror.requestsFor('image.raw').at(-1)!
    expect(headers['if-range']).toMatch(/^"/)
  })

  test('is given from any byte on', async () => {
    const source = await open()
    for (const from of [0, 1, 777_777, content.length - 1, content.length]) {
      const parts: Uint8Array[] = []
      for await (const part of source.chunksFrom(from, signal)) parts.push(part)
      expect(Buffer.concat(parts).equals(content.subarray(from))).toBe(true)
    }
  })

  test('is given from any byte on by a server that does not know ranges any more', async () => {
    const source = await open()
    mirror.fault('image.raw', { kind: 'no-range' })
    const parts: Uint8Array[] = []
    for await (const part of source.chunksFrom(500_000, signal)) parts.push(part)
    expect(Buffer.concat(parts).equals(content.subarray(500_000))).toBe(true)
  })

  test('is whole when the connection breaks after the last byte', async () => {
    mirror.fault('image.raw', { kind: 'no-length' }, { kind: 'drop', afterBytes: content.length, times: 2 })
    expect((await readWhole(1)).equals(content)).toBe(true)
    // No request starts after the last byte: the server would refuse it with 416.
    expect(mirror.requestsFor('image.raw').map(({ status }) => status)).not.toContain(416)
  })

  test('is given whole wherever connections break', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.integer({ min: 0, max: 400_000 }), { maxLength: 4 }), async (drops) => {
        mirror.fault('image.raw', ...drops.map((afterBytes) => ({ kind: 'drop' as const, afterBytes, times: 1 })))
        expect((await readWhole(null)).equals(content)).toBe(true)
      }),
      runs(5, 50),
    )
  })

  test('is read again from the start by a server that does not know ranges', async () => {
    mirror.fault('image.raw', { kind: 'no-range' }, { kind: 'drop', afterBytes: 300_000, times: 2 })
    expect((await readWhole()).equals(content)).toBe(true)
  })

  test('needs no Content-Length', async () => {
    mirror.fault('image.raw', { kind: 'no-length' }, { kind: 'no-range' })
    expect((await open()).size).toBeNull()
    expect((await readWhole()).equals(content)).toBe(true)
  })

  test('comes after a server that fails at first', async () => {
    mirror.fault('image.raw', { kind: 'status', status: 503, times: 2 })
    expect((await readWhole()).equals(content)).toBe(true)
    // Half a second, then a second. The upper half of each is random (0.5 here).
    expect(delays.slice(0, 2)).toEqual([375, 750])
  })

  test('of a server that fails for ever fails after the tries that were given', async () => {
    mirror.fault('image.raw', { kind: 'status', status: 500 })
    await expect(open(2)).rejects.toMatchObject({ code: 'http-status', details: { status: 500 } })
    expect(mirror.requestsFor('image.raw')).toHaveLength(3)
  })

  test('that is not there fails at once', async () => {
    mirror.fault('image.raw', { kind: 'status', status: 404 })
    await expect(open()).rejects.toMatchObject({ code: 'http-status', details: { status: 404 } })
    expect(mirror.requestsFor('image.raw')).toHaveLength(1)
  })

  test('that always ends too early is told so', async () => {
    mirror.fault('image.raw', { kind: 'no-range' }, { kind: 'short', afterBytes: 500_000 })
    await expect(readWhole(2)).rejects.toMatchObject({ code: 'download-short', details: { expected: content.length } })
  })

  test('that is longer than its server says gives no byte beyond that', async () => {
    const server = createServer((request, response) => {
      if (request.headers.range === 'bytes=0-0')
        response.writeHead(206, { 'content-range': 'bytes 0-0/1000' }).end(content.subarray(0, 1))
      // Without a Content-Length, the body ends when the connection closes.
      else response.writeHead(200).end(content.subarray(0, 1500))
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const { port } = server.address() as AddressInfo
    const source = await openHttpSource(ports, `http://127.0.0.1:${port}/image.raw`, { retries: 0 }, signal)
    expect(source.size).toBe(1000)
    let received = 0
    await expect(async () => {
      for await (const chunk of source.chunks(signal)) received += chunk.length
    }).rejects.toMatchObject({ code: 'source-changed' })
    expect(received).toBeLessThanOrEqual(1000)
    await new Promise((resolve) => server.close(resolve))
  })

  test('that changes between two requests is noticed', async () => {
    const source = await open()
    mirror.fault(
      'image.raw',
      { kind: 'drop', afterBytes: 300_000, times: 1 },
      { kind: 'replace', content: makeNoise(content.length, 2), times: 1 },
    )
    const reading = async () => {
      for await (const part of source.chunks(signal)) void part
    }
    await expect(reading()).rejects.toMatchObject({ code: 'source-changed' })
  })

  test.each([
    ['that heeds If-Range', []],
    ['that sends the range whatever If-Range says', ['if-range']],
  ])('that changed between two connections is told by its ETag alone, of a server %s', async (_, ignored) => {
    const other = makeNoise(content.length, 2)
    const deaf: typeof ports = {
      ...ports,
      http: ({ headers = {}, ...request }) =>
        ports.http({
          ...request,
          headers: Object.fromEntries(Object.entries(headers).filter(([name]) => !ignored.includes(name))),
        }),
    }
    const noDate = { kind: 'no-header' as const, name: 'last-modified' }
    mirror.fault('image.raw', noDate)
    const source = await openHttpSource(deaf, url, { retries: 3 }, signal)
    // The connection breaks, and the rest comes from another file of the same size.
    const breaks = { kind: 'drop' as const, afterBytes: 300_000, times: 1 }
    mirror.fault('image.raw', noDate, breaks, { kind: 'replace', content: other, times: 1 })
    const reading = async () => {
      for await (const chunk of source.chunks(signal)) void chunk
    }
    await expect(reading()).rejects.toMatchObject({ code: 'source-changed' })
  })

  test('that is a web page is told so', async () => {
    mirror.fault('image.raw', { kind: 'html' })
    await expect(open()).rejects.toMatchObject({ code: 'source-is-html' })
  })

  test('is never decoded by a Content-Encoding that lies', async () => {
    mirror.fault('image.raw', { kind: 'header', name: 'content-encoding', value: 'gzip' })
    expect((await readWhole()).equals(content)).toBe(true)
  })

  test.each(['gzip', 'br', 'zstd'])('that comes packed by its server (%s) is told so', async (value) => {
    mirror.fault(
      'image.raw',
      { kind: 'header', name: 'content-encoding', value },
      { kind: 'replace', content: gzipSync(content) },
    )
    await expect(readWhole()).rejects.toMatchObject({ code: 'source-encoded', details: { encoding: value } })
    const source = await open()
    await expect(source.range(0, 100, signal)).rejects.toMatchObject({ code: 'source-encoded' })
  })

  test('that is packed itself is no file that its server packs, whatever the header says', async () => {
    const packed = gzipSync(content)
    const whole = await mirror.put('image.raw.gz', packed)
    mirror.fault('image.raw.gz', { kind: 'header', name: 'content-encoding', value: 'gzip' })
    const parts: Uint8Array[] = []
    for await (const part of (await openHttpSource(ports, whole, { retries: 0 }, signal)).chunks(signal))
      parts.push(part)
    expect(Buffer.concat(parts).equals(packed)).toBe(true)
  })

  test.each([
    [401, 'login-wanted'],
    [403, 'request-forbidden'],
    [407, 'proxy-login-wanted'],
  ])('that answers %d is not asked again', async (status, code) => {
    mirror.fault('image.raw', { kind: 'status', status })
    await expect(open()).rejects.toMatchObject({ code, details: { status } })
    expect(mirror.requestsFor('image.raw')).toHaveLength(1)
  })

  test.each([
    ['is read from the start by a server that refuses the rest', content.length],
    ['has changed where the server refuses the rest and says another size', 500_000],
  ])('%s', async (_, size) => {
    const server = createServer((request, response) => {
      if (request.headers.range === 'bytes=0-0')
        response.writeHead(206, { 'content-range': `bytes 0-0/${content.length}` }).end(content.subarray(0, 1))
      else if (request.headers.range !== undefined)
        response.writeHead(416, { 'content-range': `bytes */${size}` }).end()
      else response.writeHead(200).end(content)
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const { port } = server.address() as AddressInfo
    const source = await openHttpSource(ports, `http://127.0.0.1:${port}/image.raw`, { retries: 0 }, signal)
    const parts: Uint8Array[] = []
    const reading = (async () => {
      for await (const part of source.chunksFrom(500_000, signal)) parts.push(part)
    })()
    if (size === content.length) {
      await reading
      expect(Buffer.concat(parts).equals(content.subarray(500_000))).toBe(true)
    } else await expect(reading).rejects.toMatchObject({ code: 'source-changed' })
    await new Promise((resolve) => server.close(resolve))
  })

  test('gives no range where the server sends another part than it was asked for', async () => {
    const source = await open()
    mirror.fault('image.raw', {
      kind: 'header',
      name: 'content-range',
      value: `bytes 0-${content.length - 1}/${content.length}`,
    })
    expect(await source.range(1000, 10, signal)).toBeNull()
  })

  test('gives any range, as it is', async () => {
    const source = await open()
    await fc.assert(
      fc.asyncProperty(fc.nat(content.length - 1), fc.integer({ min: 1, max: 5000 }), async (offset, wanted) => {
        const length = Math.min(wanted, content.length - offset)
        expect(
          Buffer.from((await source.range(offset, length, signal))!).equals(content.subarray(offset, offset + length)),
        ).toBe(true)
      }),
      runs(15, 150),
    )
  })

  test('gives no range where the server knows none', async () => {
    mirror.fault('image.raw', { kind: 'no-range' })
    expect(await (await open()).range(10, 10, signal)).toBeNull()
  })

  test('gives no range of a server that does not know ranges any more', async () => {
    const source = await open()
    mirror.fault('image.raw', { kind: 'no-range' })
    expect(await source.range(1000, 10, signal)).toBeNull()
    expect(await source.range(0, 10, signal)).toEqual(new Uint8Array(content.subarray(0, 10)))
  })

  test('has no version by a tag that is weak, or that is none', async () => {
    for (const value of ['W/"1"', '"a\u00e9"', 'bare', '']) {
      mirror.fault('image.raw', { kind: 'header', name: 'etag', value })
      expect((await open()).version.etag, value).toBeNull()
    }
    mirror.fault('image.raw', { kind: 'header', name: 'etag', value: '"1"' })
    expect((await open()).version.etag).toBe('"1"')
  })

  test('is not taken from a server whose range cannot be', async () => {
    for (const value of ['bytes 0-0/0', 'bytes 1-0/5', 'bytes 0-5/5', 'bytes */5', 'pages 0-0/5', 'bytes 0-0/']) {
      mirror.fault('image.raw', { kind: 'header', name: 'content-range', value })
      expect(await failureOf(open(0)), value).toMatchObject({ code: 'http-status' })
    }
  })

  test('ends at once when it is no longer wanted', async () => {
    const abort = new AbortController()
    mirror.fault('image.raw', { kind: 'stall', afterBytes: 1000 })
    const source = await open()
    const reading = (async () => {
      for await (const part of source.chunks(abort.signal)) void part
    })()
    await mirror.stalled('image.raw')
    abort.abort(new Error('not wanted'))
    await expect(reading).rejects.toThrow('not wanted')
  })

  test('is not there when nobody listens', async () => {
    const other = await startMirror()
    await other.close()
    await expect(openHttpSource(ports, other.url, { retries: 1 }, signal)).rejects.toMatchObject({
      code: 'network-unreachable',
    })
  })
})
