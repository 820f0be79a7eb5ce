import { createServer, type Server, type Socket } from 'node:net'

// The NBD protocol, https://github.com/NetworkBlockDevice/nbd/blob/master/doc/proto.md: the old
// style of negotiation, which has no options, and simple replies.

export interface NbdRequest {
  kind: 'read' | 'write' | 'flush'
  /** Offset in bytes. */
  offset: number
  length: number
}

/**
 * Handles a request and returns an errno, 0 for success.
 * @param bytes – the bytes to write, or the buffer to fill
 */
export type NbdAnswer = (request: NbdRequest, bytes: Buffer) => Promise<number>

const [hasFlags, sendsFlush] = [1, 4]
const kinds = ['read', 'write', 'disconnect', 'flush'] as const

/**
 * Serves a drive of `size` bytes on a socket. Returns a function that stops the server and closes
 * all connections.
 */
export async function serveNbd(path: string, size: number, answer: NbdAnswer): Promise<() => Promise<void>> {
  const sockets = new Set<Socket>()
  const server: Server = createServer((socket) => {
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket)).on('error', () => {})
    void converse(socket, size, answer).catch(() => socket.destroy())
  })
  await new Promise<void>((resolve, reject) => server.on('error', reject).listen(path, resolve))
  return async () => {
    for (const socket of sockets) socket.destroy()
    await new Promise((resolve) => server.close(resolve))
  }
}

async function converse(socket: Socket, size: number, answer: NbdAnswer): Promise<void> {
  const greeting = Buffer.alloc(152)
  greeting.write('NBDMAGIC')
  greeting.writeBigUInt64BE(0x420281861253n, 8)
  greeting.writeBigUInt64BE(BigInt(size), 16)
  greeting.writeUInt32BE(hasFlags | sendsFlush, 24)
  socket.write(greeting)
  const read = createReader(socket)
  for (let header = await read(28); header !== null; header = await read(28)) {
    const kind = kinds[header.readUInt16BE(6)]
    const cookie = header.subarray(8, 16)
    const [offset, length] = [Number(header.readBigUInt64BE(16)), header.readUInt32BE(24)]
    if (kind === undefined || kind === 'disconnect') return void socket.end()
    const bytes = kind === 'write' ? await read(length) : Buffer.alloc(kind === 'read' ? length : 0)
    if (bytes === null) return
    // Requests are answered in the order in which they finish, so that a delayed one does not block
    // the others.
    void answer({ kind, offset, length }, bytes).then((error) => {
      const reply = Buffer.alloc(16)
      reply.writeUInt32BE(0x67446698)
      reply.writeUInt32BE(error, 4)
      cookie.copy(reply, 8)
      if (!socket.destroyed) socket.write(kind === 'read' && error === 0 ? Buffer.concat([reply, bytes]) : reply)
    })
  }
}

/**
 * Returns a function that reads exactly `length` bytes, or returns null at the end of the stream.
 */
function createReader(socket: Socket): (length: number) => Promise<Buffer | null> {
  const chunks = socket[Symbol.asyncIterator]() as AsyncIterator<Buffer>
  let parts: Buffer[] = []
  let have = 0
  return async (length) => {
    while (have < length) {
      const { done, value } = await chunks.next()
      if (done === true) return null
      parts.push(value)
      have += value.length
    }
    const all = Buffer.concat(parts)
    parts = [all.subarray(length)]
    have = all.length - length
    return Buffer.from(all.subarray(0, length))
  }
}
