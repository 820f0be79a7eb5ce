import { expect } from 'vitest'
import type { LookupFunction } from 'node:net'
import { createHttp, type Http } from '../../../src-main/net/http.ts'
import { readAll } from '../../../src-main/net/read-all.ts'
import { readCatalog } from '../../../src-main/catalog/read-catalog.ts'
import { planSources } from '../../../src-main/image/plan-source.ts'
import { startMirror } from '../../support/mirror/mirror.ts'
import { startProxy } from '../../support/mirror/proxy.ts'
import type { HostileWorld } from '../hostile-world.ts'
import { publicAddress } from '../public-address.ts'
import { always, answerWith, startRawServer } from '../raw-server.ts'
import type { Tampering } from '../tampering.ts'

/** Runs a local or public server that redirects every request. */
async function redirected(to: string, { host = '127.0.0.1', http = createHttp() as Http, path = '' } = {}) {
  const server = await startRawServer(always(answerWith('302 Found', [`location: ${to}`])), host)
  try {
    const answer = await http({ url: `${server.url}${path}` })
    return await readAll(answer, 1000)
  } finally {
    await server.close()
  }
}

const refused = { code: 'redirect-refused' as const }

/** A public server redirects Kindling to a private address. */
const inwards = (what: string, to: string): Tampering => ({
  what: `of a public server that redirects to ${what}`,
  meet: () => redirected(to, { host: publicAddress }),
  ...refused,
  details: { reason: 'a public server must not lead to this computer or its network' },
  needs: ['public-address'],
})

/** Resolves a name to these addresses in turn. */
function namedLater(...addresses: string[]): LookupFunction {
  let asked = 0
  return (_hostname, options, callback) => {
    const address = addresses[Math.min(asked++, addresses.length - 1)]!
    if (options.all) callback(null, [{ address, family: 4 }])
    else callback(null, address, 4)
  }
}

/** Metadata at a public address that refers to an image or a signature at a private address. */
async function namedByPublic(world: HostileWorld, field: 'location' | 'signature') {
  const text = structuredClone(world.metadata)
  const disk = text.architectures[world.architecture]!.artifacts['metal']!.formats['raw.xz']!['disk']!
  const server = await startRawServer((socket, request) => {
    if (request.includes('.json')) socket.end(answerWith('200 OK', [], JSON.stringify(text)))
    else socket.end(answerWith('404 Not Found', []))
  }, publicAddress)
  disk[field === 'location' ? 'signature' : 'location'] = `${server.url}elsewhere`
  try {
    await world.write({ streamBaseUrl: `${server.url}streams/`, insecure: true })
  } finally {
    await server.close()
  }
}

const own = { kind: 'url' as const }

export const redirects: Tampering[] = [
  inwards('this computer', 'http://127.0.0.1:1/'),
  inwards('another address of this computer', 'http://127.8.9.10:1/'),
  inwards('this computer by its name', 'http://localhost:1/'),
  inwards('a name within this computer', 'http://images.localhost.:1/'),
  inwards('this computer in IPv6', 'http://[::1]:1/'),
  inwards('IPv4 within IPv6', 'http://[::ffff:127.0.0.1]:1/'),
  inwards('IPv4 behind a translator', 'http://[64:ff9b::a00:1]:1/'),
  inwards('no address at all', 'http://0.0.0.0:1/'),
  inwards('an address in one number', 'http://2130706433:1/'),
  inwards('a private network', 'http://192.168.1.1:1/'),
  inwards('another private network', 'http://172.31.255.1:1/'),
  inwards('a network shared by a provider’s customers', 'http://100.64.0.1:1/'),
  inwards('a cloud’s own metadata', 'http://169.254.169.254/latest/'),
  inwards('a private network in IPv6', 'http://[fd00::1]:1/'),
  inwards('a neighbour in IPv6', 'http://[fe80::1]:1/'),
  {
    what: 'of a public server whose name becomes that of this computer',
    async meet() {
      const http = createHttp({ lookup: namedLater(publicAddress, '127.0.0.1') })
      const server = await startRawServer(always(answerWith('302 Found', ['location: /next'])), publicAddress)
      try {
        await http({ url: server.url.replace(publicAddress, 'rebound.example') })
      } finally {
        await server.close()
      }
    },
    ...refused,
    needs: ['public-address'],
  },
  {
    what: 'of a public server that redirects to a name with addresses outside and within',
    async meet() {
      const both: LookupFunction = (_hostname, _options, callback) =>
        callback(null, [
          { address: publicAddress, family: 4 },
          { address: '10.0.0.1', family: 4 },
        ])
      await redirected('http://both.example:1/', { host: publicAddress, http: createHttp({ lookup: both }) })
    },
    ...refused,
    needs: ['public-address'],
  },
  {
    what: 'of an image within, named by a public stream',
    meet: (world) => namedByPublic(world, 'location'),
    code: 'address-refused',
    state: 'untouched',
    needs: ['public-address'],
  },
  {
    what: 'of a signature within, named by a public stream',
    meet: (world) => namedByPublic(world, 'signature'),
    code: 'address-refused',
    state: 'untouched',
    needs: ['public-address'],
  },
  {
    what: 'of an image within, named by remembered metadata of a public server whose name leads here now',
    async meet(world) {
      const server = await startRawServer((socket) => {
        socket.end(answerWith('200 OK', [], JSON.stringify(world.metadata)))
      }, publicAddress)
      const baseUrl = `${server.url.replace(publicAddress, 'rebound.example')}streams/`
      const ports = await world.ports({ http: createHttp({ lookup: namedLater(publicAddress) }) })
      await readCatalog(ports, { stream: world.stream, baseUrl }).finally(() => server.close())
      const later = { ...ports, http: createHttp({ lookup: namedLater('127.0.0.1') }) }
      await world.write({ streamBaseUrl: baseUrl }, undefined, later)
    },
    code: 'address-refused',
    state: 'untouched',
    details: { reason: 'a public server must not lead to this computer or its network' },
    needs: ['public-address'],
  },
  {
    what: 'over http, of an image that metadata over https name',
    async meet(world) {
      const secure = await startMirror({ https: true })
      try {
        await secure.put(`streams/${world.stream}.json`, JSON.stringify(world.metadata))
        const ports = await world.ports({ http: createHttp({ ca: secure.ca! }) })
        await world.write({ streamBaseUrl: secure.streamBaseUrl }, undefined, ports)
      } finally {
        await secure.close()
      }
    },
    code: 'address-refused',
    state: 'untouched',
    details: { reason: 'it has no encryption' },
  },
  {
    what: 'within, to which a public server redirects through a proxy',
    async meet() {
      const proxy = await startProxy()
      const server = await startRawServer(always(answerWith('302 Found', ['location: http://10.1.2.3/'])))
      const http = createHttp({ proxies: { http: proxy.address, https: '', exceptions: '' } })
      try {
        await http({ url: server.url.replace('127.0.0.1', 'mirror.test') })
      } finally {
        await Promise.all([proxy.close(), server.close()])
      }
    },
    ...refused,
  },
  {
    what: 'of this computer, to which a person’s own mirror redirects',
    async meet(world) {
      const url = await world.mirror.put('own', 'mine')
      if ((await redirected(url)).length !== 4) throw new Error('It was not followed')
    },
    code: null,
  },
  {
    what: 'that leads back to itself',
    async meet() {
      const server = await startRawServer(always(answerWith('301 Moved', ['location: /again'])))
      try {
        await createHttp()({ url: server.url })
      } finally {
        await server.close()
        expect(server.requests).toHaveLength(11)
      }
    },
    ...refused,
    details: { reason: 'it came after 10 redirects' },
  },
  ...['file:///etc/passwd', 'data:text/plain,hello', 'ftp://example.org/', 'javascript:alert(1)', 'http://['].map(
    (to): Tampering => ({ what: `to which a server redirects: ${to}`, meet: () => redirected(to), ...refused }),
  ),
  {
    what: 'with a password, to which a server redirects',
    meet: () => redirected('http://me:pa55word@127.0.0.1:1/'),
    ...refused,
    secret: 'pa55word',
  },
  {
    what: 'with a secret in its query, from which a server redirects',
    meet: () => redirected('ftp://example.org/?token=s3cret', { path: '?token=s3cret' }),
    ...refused,
    secret: 's3cret',
  },
  {
    what: 'that a terminal obeys, and is very long',
    // Two characters that a terminal would interpret, in UTF-8: the C1 control sequence introducer
    // and a bidirectional override.
    meet: () => redirected(Buffer.from(`gopher://\u009b2J\u202e ${'x'.repeat(10_000)}`).toString('latin1')),
    ...refused,
  },
  {
    what: 'with an escape in it, to which a server redirects',
    meet: () => redirected('http://127.0.0.1/\u001b[2J'),
    code: 'network-unreachable',
  },
  {
    what: 'with a password, given by a person',
    meet: async (world) =>
      planSources(
        await world.ports(),
        { image: { ...own, url: 'https://me:pa55word@example.org/image.raw' } },
        new AbortController().signal,
      ),
    code: 'usage',
    secret: 'pa55word',
  },
  {
    what: 'that is none and holds a password, given by a person',
    meet: async (world) =>
      planSources(
        await world.ports(),
        { image: { ...own, url: 'ftp://me:pa55word@example.org/image.raw' } },
        new AbortController().signal,
      ),
    code: 'usage',
    secret: 'pa55word',
  },
  {
    what: 'of a server whose cookies are to be kept',
    async meet() {
      const server = await startRawServer((socket, _request, count) =>
        socket.end(
          count === 0
            ? answerWith('302 Found', ['set-cookie: id=1', 'location: /next'])
            : answerWith('200 OK', ['set-cookie: id=2']),
        ),
      )
      const http = createHttp()
      for (let each = 0; each < 2; each++) await (await http({ url: server.url })).body.dump()
      await server.close()
      const kept = server.requests.filter((request) => /cookie|authorization/i.test(request))
      if (server.requests.length !== 3 || kept.length > 0) throw new Error(kept.join())
    },
    code: null,
  },
]
