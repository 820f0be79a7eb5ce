import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { makeCliWorld, type CliWorld } from '../support/worlds/cli-world.ts'
import { expectSame } from '../support/drives/expect-drive.ts'
import { expectDone, expectFailed } from '../support/expect/expect-events.ts'
import { startMirror, type Mirror } from '../support/mirror/mirror.ts'
import { startProxy, type Proxy } from '../support/mirror/proxy.ts'
import { testWith } from '../support/run/needs.ts'

let world: CliWorld
let proxy: Proxy
beforeAll(async () => {
  world = await makeCliWorld({ imageSize: 2 * 1024 * 1024 })
  proxy = await startProxy()
})
afterEach(() => {
  proxy.requests.length = 0
  proxy.credentials.length = 0
})
afterAll(() => Promise.all([world.dispose(), proxy?.close()]))

/** Removes the proxy settings of the user who runs the tests. */
const noProxies = { http_proxy: '', https_proxy: '', no_proxy: '', HTTP_PROXY: '', HTTPS_PROXY: '', NO_PROXY: '' }

/** Downloads from a host name that only the proxy can resolve. */
async function download(url: string, env: Record<string, string>) {
  const directory = world.path('downloads')
  const named = new URL(url)
  named.hostname = 'mirror.test'
  const args = ['download', '-u', named.href, '-C', directory, '--fetch-retries', '0', '--json']
  const run = await world.kindling(args, { env: { ...noProxies, ...env } })
  return { run, url: named.href, read: () => readFile(join(directory, named.pathname.split('/').pop()!)) }
}

describe('a proxy', () => {
  test('that http_proxy names passes plain requests on', async () => {
    const { run, url, read } = await download(await world.serve('image.raw', world.raw), {
      http_proxy: `http://${proxy.address}`,
    })
    expectDone(run)
    expectSame(await read(), world.raw)
    expect(proxy.requests).toContain(`GET ${url}`)
    expect(proxy.requests).toContain(`GET ${url}.sig`)
  })

  test('may be named in upper case, without http://, and with a password', async () => {
    const { run } = await download(await world.serve('image.raw', world.raw), {
      HTTP_PROXY: `me:secret@${proxy.address}`,
    })
    expectDone(run)
    expect(proxy.credentials).toContain(`Basic ${Buffer.from('me:secret').toString('base64')}`)
  })

  test('is asked for the rest after a lost connection, too', async () => {
    const url = await world.serve('image.raw', world.raw)
    world.mirror.fault(url, { kind: 'drop', afterBytes: 500_000, times: 2 })
    const args = ['download', '-u', url.replace('127.0.0.1', 'mirror.test'), '-C', world.path('downloads'), '--json']
    expectDone(await world.kindling(args, { env: { ...noProxies, http_proxy: proxy.address } }))
  })

  testWith(['command:openssl'], 'that https_proxy names makes a tunnel', async () => {
    const mirror: Mirror = await startMirror({ https: true })
    try {
      const authority = world.path('authority.pem')
      await writeFile(authority, mirror.ca!)
      const url = await mirror.put('image.raw', world.raw)
      await mirror.put('image.raw.sig', await world.signer.sign(world.raw))
      const { run, read } = await download(url, { https_proxy: proxy.address, NODE_EXTRA_CA_CERTS: authority })
      expectDone(run)
      expectSame(await read(), world.raw)
      expect(new Set(proxy.requests)).toEqual(new Set([`CONNECT mirror.test:${new URL(url).port}`]))
    } finally {
      await mirror.close()
    }
  })

  test('is left out for what no_proxy names, and for this machine', async () => {
    const env = { http_proxy: proxy.address, no_proxy: 'example.org, .test' }
    const { run } = await download(await world.serve('image.raw', world.raw), env)
    // Without the proxy the name cannot be resolved.
    expectFailed(run, 'network-unreachable', 1)
    expect(proxy.requests).toEqual([])
    const own = ['download', '-C', world.path('downloads'), '--json']
    expectDone(
      await world.kindling(own, { env: { ...noProxies, http_proxy: proxy.address, HTTPS_PROXY: proxy.address } }),
    )
    expect(proxy.requests).toEqual([])
  })

  test('is left out for a port that no_proxy names, and for no other', async () => {
    const url = await world.serve('image.raw', world.raw)
    const exceptPort = async (port: string) => {
      const { run } = await download(url, { http_proxy: proxy.address, no_proxy: `mirror.test:${port}` })
      return run
    }
    expectFailed(await exceptPort(new URL(url).port), 'network-unreachable', 1)
    expect(proxy.requests).toEqual([])
    expectDone(await exceptPort('1'))
  })

  test('that is no address is told so', async () => {
    const { run } = await download(await world.serve('image.raw', world.raw), { http_proxy: 'http://[' })
    expect(expectFailed(run, 'usage', 2).title).toContain('http_proxy')
  })

  test('that is not there is told so', async () => {
    const other = await startProxy()
    await other.close()
    const { run } = await download(await world.serve('image.raw', world.raw), { http_proxy: other.address })
    expectFailed(run, 'network-unreachable', 1)
  })
})
