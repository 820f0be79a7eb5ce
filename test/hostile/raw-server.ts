import { once } from 'node:events'
import { createServer, type AddressInfo, type Socket } from 'node:net'

export interface RawServer {
  /** URL with a trailing slash. */
  url: string
  /** The heads of the requests, as received. */
  requests: string[]
  close(): Promise<void>
}

/**
 * Starts a server that sends arbitrary bytes.
 * @param answer – receives the head of a request and its number, starting at 0
 */
export async function startRawServer(
  answer: (socket: Socket, request: string, count: number) => void,
  host = '127.0.0.1',
): Promise<RawServer> {
  const requests: string[] = []
  const sockets = new Set<Socket>()
  const server = createServer((socket) => {
    sockets.add(socket)
    let received = ''
    // A client that rejects the response disconnects. That is not an error.
    socket.on('error', () => undefined)
    socket.on('data', (bytes) => {
      received += bytes.toString('latin1')
      for (let end = received.indexOf('\r\n\r\n'); end !== -1; end = received.indexOf('\r\n\r\n')) {
        const head = received.slice(0, end)
        received = received.slice(end + 4)
        answer(socket, head, requests.push(head) - 1)
      }
    })
  })
  server.listen(0, host)
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  return {
    url: `http://${host.includes(':') ? `[${host}]` : host}:${port}/`,
    requests,
    async close() {
      for (const socket of sockets) socket.destroy()
      server.close()
      await once(server, 'close')
    },
  }
}

/** Returns a handler that sends the same answer to every request and closes the connection. */
export const always = (text: string | Buffer) => (socket: Socket) => void socket.end(text)

/** Builds a response with a content length. */
export function answerWith(status: string, headers: string[], body: string | Buffer = ''): Buffer {
  const head = [`HTTP/1.1 ${status}`, ...headers, `content-length: ${Buffer.byteLength(body)}`, 'connection: close']
  return Buffer.concat([Buffer.from(`${head.join('\r\n')}\r\n\r\n`, 'latin1'), Buffer.from(body)])
}

/** Writes as long as the client accepts data, until it disconnects. */
export function pour(socket: Socket, bytes: Buffer): void {
  const more = () => {
    while (!socket.destroyed && socket.write(bytes)) continue
  }
  socket.on('drain', more)
  more()
}
