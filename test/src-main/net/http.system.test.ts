import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createHttp, SilenceError, statusError, type Http } from '../../../src-main/net/http.ts'
import { readAll } from '../../../src-main/net/read-all.ts'
import { startMirror, type Mirror } from '../../support/mirror/mirror.ts'

let plain: Mirror
let secure: Mirror
let http: Http
beforeAll(async () => {
  ;[plain, secure] = await Promise.all([startMirror(), startMirror({ https: true })])
  http = createHttp({ ca: secure.ca! })
  await Promise.all([plain.put('file', 'over http'), secure.put('file', 'over https')])
})
afterAll(async () => {
  await Promise.all([plain.close(), secure.close()])
})

const unencrypted = 'it has no encryption'
const intoOwnNetwork = 'a public server must not lead to this computer or its network'

test('an address that a server gave may not give up encryption, whether metadata or a redirect named it', async () => {
  const requests = plain.requests.length
  const named = http({ url: `${plain.url}file`, referrer: { url: secure.url, isPublic: false } })
  await expect(named).rejects.toMatchObject({ code: 'address-refused', details: { reason: unencrypted } })
  secure.fault('moved', { kind: 'redirect', to: `${plain.url}file` })
  const redirected = http({ url: `${secure.url}moved` })
  await expect(redirected).rejects.toMatchObject({ code: 'redirect-refused', details: { reason: unencrypted } })
  expect(plain.requests).toHaveLength(requests)
})

test('an address that a public server gave may not lead within, wherever its name leads now', async () => {
  const named = http({ url: `${plain.url}file`, referrer: { url: plain.url, isPublic: true } })
  await expect(named).rejects.toMatchObject({ code: 'address-refused', details: { reason: intoOwnNetwork } })
})

test('other addresses that a server gave are asked', async () => {
  const own = { url: plain.url, isPublic: false }
  const overHttp = await http({ url: `${plain.url}file`, referrer: own })
  expect(overHttp).toMatchObject({ status: 200, isPublic: false })
  expect(Buffer.from(await readAll(overHttp, 100)).toString()).toBe('over http')
  const overHttps = await http({ url: `${secure.url}file`, referrer: own })
  expect(Buffer.from(await readAll(overHttps, 100)).toString()).toBe('over https')
})

test('a server that takes a connection and never answers is told as silent', async () => {
  plain.fault('silent', { kind: 'stall', afterBytes: 0 })
  const asking = createHttp({ patience: { answer: 1, pause: 600_000 } })({ url: `${plain.url}silent` })
  const error = await asking.catch((cause: unknown) => cause)
  expect(error).toMatchObject({ code: 'network-unreachable', details: { reason: 'no answer within 0.001 seconds' } })
  expect((error as Error).cause).toBeInstanceOf(SilenceError)
})

test('an answer that is given up before it is read fails when it is read', async () => {
  const answer = await http({ url: `${plain.url}file` })
  answer.abort(new Error('given up'))
  await new Promise((resolve) => setImmediate(resolve))
  await expect(readAll(answer, 100)).rejects.toMatchObject({ details: { reason: 'given up' } })
})

describe('a proxy that', () => {
  /** Starts a proxy that responds to all requests with a status. */
  async function withProxy(status: number, use: (http: Http) => Promise<void>) {
    const proxy = createServer((_, response) => response.writeHead(status).end())
    proxy.on('connect', (_, socket) => socket.end(`HTTP/1.1 ${status} No\r\n\r\n`))
    proxy.listen(0, '127.0.0.1')
    await once(proxy, 'listening')
    const address = `127.0.0.1:${(proxy.address() as AddressInfo).port}`
    try {
      await use(createHttp({ proxies: { http: address, https: address, exceptions: '' } }))
    } finally {
      proxy.closeAllConnections()
      proxy.close()
    }
  }

  test.each([
    [407, 'proxy-login-wanted'],
    [403, 'proxy-refused'],
  ])('answers %d to a tunnel is told by what it wants', (status, code) =>
    withProxy(status, async (asking) => {
      const refused = { code, details: { host: 'mirror.test', status } }
      await expect(asking({ url: 'https://mirror.test/file' })).rejects.toMatchObject(refused)
    }),
  )

  test('answers 407 to a plain request is told as one that wants a login', () =>
    withProxy(407, async (asking) => {
      const error = await asking({ url: 'http://mirror.test/file' }).then(statusError, (thrown: unknown) => thrown)
      expect(error).toMatchObject({ code: 'proxy-login-wanted', details: { status: 407 } })
    }))
})
