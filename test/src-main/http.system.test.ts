import { afterAll, beforeAll, expect, test } from 'vitest'
import { createHttp, readAll, SilenceError, type Http } from '../../src-main/http.ts'
import { startMirror, type Mirror } from '../support/mirror.ts'

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

const unencrypted = 'it would give up encryption'
const intoOwnNetwork = 'a public server may not lead to this computer or its own network'

test('an address that a server gave may not give up encryption, whether metadata or a redirect named it', async () => {
  const requests = plain.requests.length
  const named = http({ url: `${plain.url}file`, namedBy: { url: secure.url, isPublic: false } })
  await expect(named).rejects.toMatchObject({ code: 'address-refused', details: { reason: unencrypted } })
  secure.fault('moved', { kind: 'redirect', to: `${plain.url}file` })
  const redirected = http({ url: `${secure.url}moved` })
  await expect(redirected).rejects.toMatchObject({ code: 'redirect-refused', details: { reason: unencrypted } })
  expect(plain.requests).toHaveLength(requests)
})

test('an address that a public server gave may not lead within, wherever its name leads now', async () => {
  const named = http({ url: `${plain.url}file`, namedBy: { url: plain.url, isPublic: true } })
  await expect(named).rejects.toMatchObject({ code: 'address-refused', details: { reason: intoOwnNetwork } })
})

test('other addresses that a server gave are asked', async () => {
  const own = { url: plain.url, isPublic: false }
  const overHttp = await http({ url: `${plain.url}file`, namedBy: own })
  expect(overHttp).toMatchObject({ status: 200, isPublic: false })
  expect(Buffer.from(await readAll(overHttp, 100)).toString()).toBe('over http')
  const overHttps = await http({ url: `${secure.url}file`, namedBy: own })
  expect(Buffer.from(await readAll(overHttps, 100)).toString()).toBe('over https')
})

test('a server that takes a connection and never answers is told as silent', async () => {
  plain.fault('silent', { kind: 'stall', afterBytes: 0 })
  const asking = createHttp({ patience: { answer: 1, pause: 600_000 } })({ url: `${plain.url}silent` })
  const error = await asking.catch((cause: unknown) => cause)
  expect(error).toMatchObject({ code: 'network-unreachable', details: { reason: 'no answer within 0.001 seconds' } })
  expect((error as Error).cause).toBeInstanceOf(SilenceError)
})
