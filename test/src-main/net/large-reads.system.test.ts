import { once } from 'node:events'
import { createServer, type RequestListener, type ServerResponse } from 'node:http'
import { createServer as createSecureServer } from 'node:https'
import { connect, type AddressInfo } from 'node:net'
import { connect as connectSecure, type ConnectionOptions } from 'node:tls'
import { expect, onTestFinished, test } from 'vitest'
import { createHttp } from '../../../src-main/net/http.ts'
import { createLargeReads } from '../../../src-main/net/large-reads.ts'
import { makeCertificate } from '../../support/mirror/certificate.ts'
import { makeNoise } from '../../support/images/random-bytes.ts'

const published = makeNoise(3_000_000, 1)

/** Serves the bytes from `/OFFSET` on, in parts whose size differs from request to request. */
const answer: RequestListener = async (request, response) => {
  const rest = published.subarray(Number(request.url?.slice(1)))
  const size = 1000 + (rest.length % 300_000)
  response.writeHead(200, { 'content-length': rest.length })
  for (let at = 0; at < rest.length; at += size)
    if (!response.write(rest.subarray(at, at + size))) await once(response, 'drain')
  response.end()
}

async function serve(server: ReturnType<typeof createServer> | ReturnType<typeof createSecureServer>): Promise<number> {
  await once(server.listen(0, '127.0.0.1'), 'listening')
  onTestFinished(async () => {
    server.closeAllConnections()
    await new Promise((resolve) => server.close(resolve))
  })
  return (server.address() as AddressInfo).port
}

test.for(['http', 'https'])(
  'many bodies at once, over %s, each have their own bytes, until they are let go',
  async (scheme) => {
    const certificate = await makeCertificate()
    const server = scheme === 'http' ? createServer(answer) : createSecureServer(certificate, answer)
    const port = await serve(server)
    const http = createHttp({ ca: certificate.cert })
    const offsets = Array.from({ length: 12 }, (_, index) => index * 17_771)
    // The second round reuses the open connections.
    for (let round = 0; round < 2; round++)
      await Promise.all(
        offsets.map(async (offset) => {
          const { body } = await http({ url: `${scheme}://127.0.0.1:${port}/${offset}` })
          const pieces: Uint8Array[] = []
          for await (const piece of body) pieces.push(piece)
          // Compared at the end, because a received buffer must not change while its owner keeps
          // it.
          expect(Buffer.compare(Buffer.concat(pieces), published.subarray(offset))).toBe(0)
        }),
      )
  },
)

test.for(['http', 'https'])('what comes one after another over %s lies side by side', async (scheme) => {
  const certificate = await makeCertificate()
  let response: ServerResponse | null = null
  const hold: RequestListener = (_, held) => void (response = held).writeHead(200).flushHeaders()
  const port = await serve(scheme === 'http' ? createServer(hold) : createSecureServer(certificate, hold))
  const onread = createLargeReads()
  const socket =
    scheme === 'http'
      ? connect({ host: '127.0.0.1', port, onread })
      : connectSecure({ host: '127.0.0.1', port, ca: certificate.cert, onread } as ConnectionOptions)
  onTestFinished(() => void socket.destroy())
  socket.write('GET / HTTP/1.1\r\nhost: 127.0.0.1\r\n\r\n')
  let [last] = (await once(socket, 'data')) as [Buffer]
  for (let count = 0; count < 20; count++) {
    response!.write('more')
    const [next] = (await once(socket, 'data')) as [Buffer]
    expect(next.buffer === last.buffer).toBe(true)
    expect(next.byteOffset).toBe(last.byteOffset + last.length)
    last = next
  }
})
