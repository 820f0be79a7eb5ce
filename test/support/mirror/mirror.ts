import { once } from 'node:events'
import http, { type IncomingMessage, type ServerResponse } from 'node:http'
import https from 'node:https'
import type { AddressInfo, Socket } from 'node:net'
import { makeCertificate } from './certificate.ts'
import { answer, type LoggedRequest } from './mirror-answer.ts'
import { openContent, type Content, type Held } from './mirror-content.ts'
import { FaultList, type Fault } from './mirror-faults.ts'

export type { LoggedRequest } from './mirror-answer.ts'
export type { Fault } from './mirror-faults.ts'

export interface Mirror {
  /** Root URL, with a trailing slash. */
  url: string
  /** Value for `--stream-base-url`. */
  streamBaseUrl: string
  /** Certificate to trust; null with plain http. */
  ca: string | null
  /** All requests, in order of arrival. */
  requests: LoggedRequest[]
  /** Returns the requests for one path or URL. */
  requestsFor(path: string): LoggedRequest[]
  /**
   * Publishes bytes, text or a file (`{ file }`) and returns the URL. Publishing again replaces the
   * content and changes its ETag.
   */
  put(path: string, content: Content): Promise<string>
  remove(path: string): void
  /** Replaces the faults of a path. */
  fault(path: string, ...faults: Fault[]): void
  /** Resolves once a response for the path is stalled. */
  stalled(path: string): Promise<void>
  /**
   * Clears the faults of one path, or of all. Stalled responses resume, slow ones continue at full
   * speed.
   */
  clearFaults(path?: string): void
  /** Called for every request before the response. */
  onRequest: (request: LoggedRequest) => void
  /** Simulates a lost network: all current and new connections are reset until `comeBack`. */
  goAway(): void
  comeBack(): void
  /** May be called twice. */
  close(): Promise<void>
}

/**
 * Starts a web server on loopback that serves the published content like Fedora's servers (ranges,
 * validators), and fails on demand.
 * @param options – `https`: serve over TLS with a certificate for 127.0.0.1 made by openssl
 */
export async function startMirror(options: { https?: boolean } = {}): Promise<Mirror> {
  const held = new Map<string, Held>()
  const faults = new Map<string, FaultList>()
  const requests: LoggedRequest[] = []
  const stalls = new Set<Stall>()
  const stallListeners = new Set<() => void>()
  const connections = new Set<Socket>()
  let isAway = false

  const certificate = options.https ? await makeCertificate() : null
  const serve = (request: IncomingMessage, response: ServerResponse) => {
    const path = decodeURI(new URL(request.url ?? '/', 'http://mirror').pathname)
    const { method = 'GET', headers } = request
    const logged = { method, path, range: headers.range ?? null, headers, status: 0, bytesSent: 0, finished: false }
    requests.push(logged)
    mirror.onRequest(logged)
    if (isAway) return
    response.on('finish', () => (logged.finished = true))
    const stall = () =>
      new Promise<void>((resolve) => {
        const resume = () => {
          stalls.delete(entry)
          resolve()
        }
        const entry = { path, resume }
        stalls.add(entry)
        response.on('close', resume)
        for (const listener of stallListeners) listener()
      })
    const list = faults.get(path)
    const isCleared = () => faults.get(path) !== list
    answer(logged, response, { held, faults: list?.take(method) ?? [], stall, isCleared }).catch((error: unknown) =>
      response.destroy(error as Error),
    )
  }
  const server = certificate ? https.createServer(certificate, serve) : http.createServer(serve)
  server.on('connection', (socket: Socket) => {
    if (isAway) return socket.resetAndDestroy()
    connections.add(socket)
    socket.on('close', () => connections.delete(socket))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const url = `${certificate ? 'https' : 'http'}://127.0.0.1:${(server.address() as AddressInfo).port}/`
  const pathOf = (path: string) => decodeURI(new URL(path, url).pathname)

  const mirror: Mirror = {
    url,
    onRequest: () => {},
    goAway() {
      isAway = true
      for (const socket of connections) socket.resetAndDestroy()
    },
    comeBack: () => void (isAway = false),
    streamBaseUrl: `${url}streams/`,
    ca: certificate?.cert ?? null,
    requests,
    requestsFor: (path) => requests.filter((request) => request.path === pathOf(path)),
    async put(path, content) {
      held.set(pathOf(path), await openContent(content))
      return new URL(path, url).href
    },
    remove: (path) => void held.delete(pathOf(path)),
    fault: (path, ...list) => void faults.set(pathOf(path), new FaultList(list)),
    stalled: (path) =>
      new Promise((resolve) => {
        const look = () => {
          if (![...stalls].some((each) => each.path === pathOf(path))) return
          stallListeners.delete(look)
          resolve()
        }
        stallListeners.add(look)
        look()
      }),
    clearFaults(path) {
      const ended = (candidate: string) => path === undefined || candidate === pathOf(path)
      for (const candidate of [...faults.keys()].filter(ended)) faults.delete(candidate)
      for (const stalled of [...stalls].filter((each) => ended(each.path))) stalled.resume()
    },
    async close() {
      if (!server.listening) return
      server.close()
      server.closeAllConnections()
      await once(server, 'close')
    },
  }
  return mirror
}

interface Stall {
  path: string
  resume(): void
}
