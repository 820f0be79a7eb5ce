import { once } from 'node:events'
import http from 'node:http'
import { connect, type AddressInfo, type Socket } from 'node:net'
import { pipeline } from 'node:stream'

export interface Proxy {
  /** Address in the form `127.0.0.1:<port>`. */
  address: string
  /** Request lines received: `GET http://…` or `CONNECT host:port`. */
  requests: string[]
  /** Proxy-Authorization header of each request, if present. */
  credentials: (string | undefined)[]
  close(): Promise<void>
}

/**
 * Starts an HTTP proxy on loopback. It resolves every name that ends in .test to this machine,
 * forwards plain requests, and opens tunnels.
 */
export async function startProxy(): Promise<Proxy> {
  const requests: string[] = []
  const credentials: (string | undefined)[] = []
  const sockets = new Set<Socket>()
  const placeOf = (host: string) => (host.endsWith('.test') ? '127.0.0.1' : host)
  const note = (request: http.IncomingMessage) => {
    requests.push(`${request.method} ${request.url}`)
    credentials.push(request.headers['proxy-authorization'])
  }

  const server = http.createServer((request, response) => {
    note(request)
    const url = new URL(request.url!)
    const { method, headers } = request
    const onward = http.request(
      { host: placeOf(url.hostname), port: url.port, path: url.pathname + url.search, method, headers },
      (answer) => {
        response.writeHead(answer.statusCode!, answer.headers)
        pipeline(answer, response, () => undefined)
      },
    )
    onward.on('error', () => response.destroy())
    response.on('close', () => onward.destroy())
    request.pipe(onward)
  })
  server.on('connect', (request, client: Socket, head) => {
    note(request)
    const [host, port] = request.url!.split(':')
    const tunnel = connect(Number(port), placeOf(host!), () => {
      client.write('HTTP/1.1 200 Connection established\r\n\r\n')
      tunnel.write(head)
      pipeline(client, tunnel, client, () => undefined)
    })
    sockets.add(client).add(tunnel)
    tunnel.on('error', () => client.destroy())
    client.on('error', () => tunnel.destroy())
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    address: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    credentials,
    async close() {
      server.close()
      server.closeAllConnections()
      for (const socket of sockets) socket.destroy()
      await once(server, 'close')
    },
  }
}
