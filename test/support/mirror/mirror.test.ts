import { writeFile } from 'node:fs/promises'
import { afterAll, afterEach, describe, expect, test } from 'vitest'
import { startMirror } from './mirror.ts'
import { makeTemporaryDirectory } from '../files/temporary.ts'

const mirror = await startMirror()
const directory = await makeTemporaryDirectory()
afterAll(async () => {
  await mirror.close()
  await directory.dispose()
})
afterEach(() => mirror.clearFaults())

const bytes = Buffer.from(Array.from({ length: 300_000 }, (_, at) => at % 251))
const url = await mirror.put('files/image', bytes)
const get = (headers: Record<string, string> = {}, method = 'GET') => fetch(url, { method, headers })
const read = async (answer: Response) => Buffer.from(await answer.arrayBuffer())
/** Reads until the connection breaks, and returns the number of bytes received. */
async function readBroken(answer: Response): Promise<number> {
  let length = 0
  await expect(async () => {
    for await (const part of answer.body!) length += part.length
  }).rejects.toThrow('terminated')
  return length
}

describe('the mirror', () => {
  test('serves what it was given, with its length and validators', async () => {
    const answer = await get()
    expect(answer.headers.get('content-length')).toBe('300000')
    expect((await read(answer)).equals(bytes)).toBe(true)
    expect((await get({ 'if-none-match': answer.headers.get('etag')! })).status).toBe(304)
    expect((await get({ 'if-modified-since': answer.headers.get('last-modified')! })).status).toBe(304)
    expect((await get({}, 'HEAD')).headers.get('content-length')).toBe('300000')
    expect((await fetch(new URL('nothing', mirror.url))).status).toBe(404)
  })

  test.each([
    ['bytes=10-19', 10, 20],
    ['bytes=299990-', 299_990, 300_000],
    ['bytes=-5', 299_995, 300_000],
    ['bytes=299999-999999', 299_999, 300_000],
  ])('answers the range %s', async (range, start, stop) => {
    const file = directory.file('image')
    await writeFile(file, bytes)
    const fromFile = await mirror.put('files/from-disk', { file })
    for (const address of [url, fromFile]) {
      const answer = await fetch(address, { headers: { range } })
      expect(answer.status).toBe(206)
      expect(answer.headers.get('content-range')).toBe(`bytes ${start}-${stop - 1}/300000`)
      expect((await read(answer)).equals(bytes.subarray(start, stop))).toBe(true)
    }
  })

  test('answers 416 past the end, and everything when If-Range names another version', async () => {
    expect((await get({ range: 'bytes=300000-' })).status).toBe(416)
    expect((await get({ range: 'bytes=5-9', 'if-range': '"old"' })).status).toBe(200)
  })

  test('writes down what was asked and what was sent', async () => {
    await read(await get({ range: 'bytes=1-4' }))
    expect(mirror.requestsFor(url).at(-1)).toMatchObject({
      method: 'GET',
      path: '/files/image',
      range: 'bytes=1-4',
      status: 206,
      bytesSent: 4,
      finished: true,
    })
  })
})

describe('a fault', () => {
  test('counts: 500 twice, then a connection that breaks once, then all is well', async () => {
    mirror.fault(url, { kind: 'status', status: 500, times: 2 }, { kind: 'drop', afterBytes: 100_000, times: 1 })
    expect((await get()).status).toBe(500)
    expect((await get()).status).toBe(500)
    expect(await readBroken(await get())).toBeLessThanOrEqual(100_000)
    expect(await read(await get())).toHaveLength(300_000)
  })

  test('of one kind follows the other', async () => {
    mirror.fault(url, { kind: 'short', afterBytes: 1000, times: 1 }, { kind: 'short', afterBytes: 2000, times: 1 })
    expect(await readBroken(await get())).toBe(1000)
    expect(await readBroken(await get())).toBe(2000)
    expect(await read(await get())).toHaveLength(300_000)
  })

  test('may be a body that is shorter than promised, to the byte', async () => {
    mirror.fault(url, { kind: 'short', afterBytes: 123_456 })
    const answer = await get()
    expect(answer.headers.get('content-length')).toBe('300000')
    expect(await readBroken(answer)).toBe(123_456)
  })

  test('may be no Content-Length, no ranges, a lying header', async () => {
    mirror.fault(url, { kind: 'no-length' }, { kind: 'no-range' }, { kind: 'header', name: 'x-lie', value: 'yes' })
    const answer = await get({ range: 'bytes=5-9' })
    expect(answer.status).toBe(200)
    expect([answer.headers.get('content-length'), answer.headers.get('x-lie')]).toEqual([null, 'yes'])
    expect(await read(answer)).toHaveLength(300_000)
  })

  test('may be a web page, or a redirect', async () => {
    mirror.fault(url, { kind: 'html', times: 1 }, { kind: 'redirect', to: 'https://example.org/' })
    expect(await (await get()).text()).toMatch(/^<!DOCTYPE html>/)
    const answer = await fetch(url, { redirect: 'manual' })
    expect([answer.status, answer.headers.get('location')]).toEqual([302, 'https://example.org/'])
  })

  test('may replace the file between two requests', async () => {
    const other = await mirror.put('files/other', 'old')
    mirror.fault(other, { kind: 'replace', content: Buffer.from('new') })
    const [first, second] = [await fetch(other), await fetch(other)]
    expect([await first.text(), await second.text()]).toEqual(['old', 'new'])
    expect(first.headers.get('etag')).not.toBe(second.headers.get('etag'))
  })

  test('may stall until it is cleared', async () => {
    mirror.fault(url, { kind: 'stall', afterBytes: 1000 })
    const answer = await get()
    await mirror.stalled(url)
    expect(mirror.requestsFor(url).at(-1)).toMatchObject({ bytesSent: 1000, finished: false })
    mirror.clearFaults(url)
    expect((await read(answer)).equals(bytes)).toBe(true)
  })

  test('does not stall any more once it is cleared', async () => {
    // More than the buffers of the connection: the answer waits for its reader.
    const large = await mirror.put('files/large', Buffer.alloc(32 * 1024 * 1024))
    mirror.fault(large, { kind: 'stall', afterBytes: 31 * 1024 * 1024 })
    const answer = await fetch(large)
    mirror.clearFaults(large)
    expect(await read(answer)).toHaveLength(32 * 1024 * 1024)
  })

  test('may slow it down', async () => {
    const small = await mirror.put('files/small', Buffer.alloc(10_000))
    mirror.fault(small, { kind: 'slow', bytesPerSecond: 50_000 })
    const start = performance.now()
    await read(await fetch(small))
    expect(performance.now() - start).toBeGreaterThan(180)
  })

  test('may slow it down until it is cleared', async () => {
    const small = await mirror.put('files/small', Buffer.alloc(10_000))
    mirror.fault(small, { kind: 'slow', bytesPerSecond: 20 })
    const answer = await fetch(small)
    mirror.clearFaults(small)
    expect(await read(answer)).toHaveLength(10_000)
  })
})
