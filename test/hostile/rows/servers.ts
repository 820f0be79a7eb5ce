import { gzipSync } from 'node:zlib'
import type { Socket } from 'node:net'
import { readCatalog } from '../../../src-main/catalog/read-catalog.ts'
import { createHttp } from '../../../src-main/net/http.ts'
import { readAll } from '../../../src-main/net/read-all.ts'
import { openHttpSource } from '../../../src-main/image/source/http-source.ts'
import type { Tampering } from '../tampering.ts'
import { always, answerWith, pour, startRawServer, type RawServer } from '../raw-server.ts'

const { signal } = new AbortController()
/** Timeouts, in milliseconds. Kindling itself waits longer. */
const patience = { answer: 700, pause: 400 }
const content = Buffer.alloc(1000, 'an image')

async function withServer<T>(
  answer: (socket: Socket, request: string, count: number) => void,
  use: (server: RawServer) => Promise<T>,
): Promise<T> {
  const server = await startRawServer(answer)
  try {
    return await use(server)
  } finally {
    await server.close()
  }
}

const delays: number[] = []
/** Reads an image to its end, with two attempts. */
async function readImage({ url }: { url: string }): Promise<Buffer> {
  const ports = {
    http: createHttp({ patience }),
    now: () => 0,
    sleep: async (milliseconds: number) => void delays.push(milliseconds),
    random: () => 1,
  }
  const source = await openHttpSource(ports, url, { retries: 1 }, signal)
  const parts: Uint8Array[] = []
  for await (const part of source.chunks(signal)) parts.push(part)
  return Buffer.concat(parts)
}

const image = (answer: (socket: Socket, request: string, count: number) => void) => () => withServer(answer, readImage)
const fetching = (answer: (socket: Socket) => void) => () =>
  withServer(answer, async ({ url }) => readAll(await createHttp({ patience })({ url }), 1000, 700))

/** Answers the first request, which probes one byte, correctly. Later answers are hostile. */
const afterProbe =
  (answer: (socket: Socket, request: string) => void) => (socket: Socket, request: string, count: number) =>
    count === 0
      ? void socket.end(answerWith('206 Partial Content', [`content-range: bytes 0-0/${content.length}`], 'a'))
      : answer(socket, request)
const partial = (range: string, body = 'a') => answerWith('206 Partial Content', [`content-range: ${range}`], body)

const chunked = 'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n'

export const servers: Tampering[] = [
  {
    what: 'that sends metadata without end',
    meet: (world) =>
      withServer(
        (socket) => {
          socket.write(chunked)
          pour(socket, Buffer.from(`8000\r\n${' '.repeat(0x8000)}\r\n`))
        },
        async ({ url }) => readCatalog(await world.ports(), { stream: 'stable', baseUrl: url }),
      ),
    code: 'http-status',
  },
  {
    what: 'that sends headers without end',
    meet: fetching((socket) => {
      socket.write('HTTP/1.1 200 OK\r\n')
      pour(socket, Buffer.from(`x-more: ${'x'.repeat(1000)}\r\n`))
    }),
    code: 'network-unreachable',
  },
  {
    what: 'that never answers',
    meet: fetching(() => undefined),
    code: 'network-unreachable',
  },
  {
    what: 'that announces an answer for ever',
    meet: fetching((socket) => {
      const timer = setInterval(() => socket.write('HTTP/1.1 103 Early Hints\r\nlink: </a>\r\n\r\n'), 50)
      socket.on('close', () => clearInterval(timer))
    }),
    code: 'network-unreachable',
  },
  {
    what: 'that sends a small answer byte by byte',
    meet: fetching((socket) => {
      socket.write(chunked)
      const timer = setInterval(() => socket.write('1\r\nx\r\n'), 50)
      socket.on('close', () => clearInterval(timer))
    }),
    code: 'network-unreachable',
    details: { reason: 'the answer was not complete after 0.7 seconds' },
  },
  {
    what: 'that stops in the middle of an image',
    meet: image(
      afterProbe((socket) => {
        socket.write(`HTTP/1.1 200 OK\r\ncontent-length: ${content.length}\r\n\r\n`)
        socket.write(content.subarray(0, 100))
      }),
    ),
    code: 'download-short',
  },
  {
    what: 'that redirects with a body without end',
    meet: (world) =>
      withServer(
        (socket, request) => {
          if (!request.startsWith('GET / ')) return void socket.end(answerWith('200 OK', [], 'here'))
          socket.write(chunked.replace('200 OK', '302 Found').replace('\r\n', '\r\nlocation: /here\r\n'))
          pour(socket, Buffer.from(`8000\r\n${' '.repeat(0x8000)}\r\n`))
        },
        async ({ url }) => {
          const answer = await readAll(await (await world.ports()).http({ url }), 1000)
          if (Buffer.from(answer).toString() !== 'here') throw new Error('another answer')
        },
      ),
    code: null,
  },
  {
    what: 'that sends what is no HTTP',
    meet: fetching(always('\u001b[2J this is no HTTP\r\n\r\n')),
    code: 'network-unreachable',
  },
  {
    what: 'that says two lengths',
    meet: fetching(always('HTTP/1.1 200 OK\r\ncontent-length: 4\r\ncontent-length: 40\r\n\r\nhere')),
    code: 'network-unreachable',
  },
  {
    what: 'that says a length and none',
    meet: fetching(
      always('HTTP/1.1 200 OK\r\ncontent-length: 4\r\ntransfer-encoding: chunked\r\n\r\n4\r\nhere\r\n0\r\n\r\n'),
    ),
    code: 'network-unreachable',
  },
  {
    what: 'that compresses metadata to a bomb, though nobody asked it to',
    meet: (world) =>
      withServer(
        always(answerWith('200 OK', ['content-encoding: gzip'], gzipSync(Buffer.alloc(100 * 1024 * 1024)))),
        async ({ url }) => readCatalog(await world.ports(), { stream: 'stable', baseUrl: url }),
      ),
    code: 'metadata-malformed',
  },
  {
    what: 'that sends a part without saying which',
    meet: image(always(answerWith('206 Partial Content', [], content))),
    code: 'http-status',
    details: { status: 'a partial answer without a range' },
  },
  {
    what: 'that sends several parts at once',
    meet: image(always(answerWith('206 Partial Content', ['content-type: multipart/byteranges; boundary=x'], '--x'))),
    code: 'http-status',
  },
  ...['bytes 5-2/1000', 'bytes 0-1000/1000', 'bytes 0-0/9999999999999999999', 'bytes -1-5/10', 'lines 0-0/3'].map(
    (range): Tampering => ({
      what: `whose Content-Range is ${range}`,
      meet: image(always(partial(range))),
      code: 'http-status',
    }),
  ),
  {
    what: 'that sends another part than the one that was asked for',
    meet: image(afterProbe((socket) => socket.end(partial('bytes 500-999/1000', 'x'.repeat(500))))),
    code: 'source-changed',
  },
  {
    what: 'that says another size the second time',
    meet: image(afterProbe((socket) => socket.end(answerWith('200 OK', [], 'x'.repeat(999))))),
    code: 'source-changed',
  },
  {
    what: 'that sends more than it said',
    meet: image(
      afterProbe((socket) => {
        socket.write(chunked)
        pour(socket, Buffer.from(`8000\r\n${' '.repeat(0x8000)}\r\n`))
      }),
    ),
    code: 'source-changed',
  },
  {
    what: 'that says that the image has no first byte',
    meet: image(always(answerWith('416 Range Not Satisfiable', ['content-range: bytes */1000']))),
    code: 'image-empty',
  },
  {
    what: 'that says that the image has no first byte, once it was asked for all',
    meet: image(afterProbe((socket) => socket.end(answerWith('416 Range Not Satisfiable', [])))),
    code: 'source-changed',
  },
  {
    what: 'that wants to be asked again in three years',
    async meet(world) {
      delays.length = 0
      await image(always(answerWith('503 Service Unavailable', ['retry-after: 99999999'])))().finally(() => {
        if (delays.length !== 1 || delays[0]! > 30_000) throw new Error(`It waits ${delays.join()} ms`)
      })
      void world
    },
    code: 'http-status',
    details: { status: 503 },
  },
  ...[
    ['10 KB long', `"${'x'.repeat(10_000)}"`],
    ['no tag at all', 'x y z'],
    ['beyond ASCII', '"\u00fc\u009b2J"'],
  ].map(([what, etag]): Tampering => ({
    what: `whose ETag is ${what}`,
    meet: () =>
      withServer(
        (socket, _request, count) =>
          count === 1
            ? // The response breaks off, so that Kindling requests the rest.
              socket.write(
                Buffer.from(
                  `HTTP/1.1 200 OK\r\netag: ${etag}\r\ncontent-length: 1000\r\n\r\n${'x'.repeat(500)}`,
                  'latin1',
                ),
                () => socket.end(),
              )
            : socket.end(
                count === 0
                  ? answerWith('206 Partial Content', [`etag: ${etag}`, 'content-range: bytes 0-0/1000'], 'x')
                  : answerWith(
                      '206 Partial Content',
                      [`etag: ${etag}`, 'content-range: bytes 500-999/1000'],
                      'x'.repeat(500),
                    ),
              ),
        async (server) => {
          const { length } = await readImage(server)
          const sentBack = server.requests.some((request) => /if-range/i.test(request))
          if (length !== 1000 || sentBack) throw new Error(`${length} bytes, sent back: ${sentBack}`)
        },
      ),
    code: null,
  })),
  {
    what: 'that answers with a login page in place of a signature',
    meet: async (world) => {
      const url = await world.mirror.put('captive.raw', content)
      await world.mirror.put('captive.raw.sig', Buffer.from('<!doctype html><title>Log in</title>'))
      await world.write({ image: { kind: 'url', url } })
    },
    code: 'signature-missing',
    state: 'untouched',
  },
  {
    what: 'that sends a signature of a MiB',
    meet: async (world) => {
      const url = await world.mirror.put('large.raw', content)
      await world.mirror.put('large.raw.sig', Buffer.alloc(1024 * 1024, 0x88))
      await world.write({ image: { kind: 'url', url } })
    },
    code: 'http-status',
    state: 'untouched',
  },
]
