import { once } from 'node:events'
import { createServer, type AddressInfo, type Socket } from 'node:net'

export interface RawServer {
  /** With a slash at its end. */
  url: string
  /** The heads of the requests, as they came. */
  requests: string[]
  close(): Promise<void>
}

/** Says what it likes to whoever asks. @param answer gets the head of a request and its number from 0 on */
export async function startRawServer(
  answer: (socket: Socket, request: string, count: number) => void,
  host = '127.0.0.1',
): Promise<RawServer> {
  const requests: string[] = []
  const sockets = new Set<Socket>()
  const server = createServer((socket) => {
    sockets.add(socket)
    let received = ''
    // Whoever is refused what he says leaves: nothing to complain of.
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

/** Serves one answer to everybody, and closes. */
export const always = (text: string | Buffer) => (socket: Socket) => void socket.end(text)

/** An answer with its length. */
export function answerWith(status: string, headers: string[], body: string | Buffer = ''): Buffer {
  const head = [`HTTP/1.1 ${status}`, ...headers, `content-length: ${Buffer.byteLength(body)}`, 'connection: close']
  return Buffer.concat([Buffer.from(`${head.join('\r\n')}\r\n\r\n`, 'latin1'), Buffer.from(body)])
}

/** Writes as long as the other takes it, until the other leaves. */
export function pour(socket: Socket, bytes: Buffer): void {
  const more = () => {
    while (!socket.destroyed && socket.write(bytes)) continue
  }
  socket.on('drain', more)
  more()
}
