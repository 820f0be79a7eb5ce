import type { ServerResponse } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import { findFault, type Fault } from './mirror-faults.ts'

interface Sending {
  logged: { bytesSent: number }
  stall(): Promise<void>
  /** Returns whether the faults were cleared while the body is being sent. */
  isCleared(): boolean
}

/** Sends a body with its faults. */
export async function sendBody(
  response: ServerResponse,
  parts: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  faults: Fault[],
  { logged, stall, isCleared }: Sending,
): Promise<void> {
  const breaking = findFault(faults, 'drop') ?? findFault(faults, 'short')
  const stalling = findFault(faults, 'stall')
  const slow = findFault(faults, 'slow')
  const marks = [stalling?.afterBytes, breaking?.afterBytes].filter((mark) => mark !== undefined)
  const reached = async () => {
    // Nothing would end a stall that begins after its fault was cleared.
    if (logged.bytesSent === stalling?.afterBytes && !isCleared()) await stall()
    if (logged.bytesSent !== breaking?.afterBytes) return response.destroyed
    await flush(response)
    if (breaking.kind === 'drop') response.socket?.resetAndDestroy()
    else response.socket?.end()
    return true
  }

  response.flushHeaders()
  if (await reached()) return
  for await (const part of parts)
    for (const piece of split(part, logged.bytesSent, slow ? Math.ceil(slow.bytesPerSecond / 20) : Infinity, marks)) {
      if (slow && !isCleared()) await sleep((piece.byteLength / slow.bytesPerSecond) * 1000)
      if (!response.write(piece)) await drained(response)
      logged.bytesSent += piece.byteLength
      if (await reached()) return
    }
  response.end()
}

/** Splits a chunk at the positions of faults, and into pieces of at most `most` bytes. */
function* split(part: Uint8Array, offset: number, most: number, marks: number[]): Generator<Uint8Array> {
  for (let start = 0; start < part.byteLength;) {
    const ahead = marks.map((mark) => mark - offset - start).filter((distance) => distance > 0)
    const end = start + Math.min(most, ...ahead, part.byteLength - start)
    yield part.subarray(start, end)
    start = end
  }
}

/**
 * Resolves when all data is sent. A reset connection loses unsent data, so the fault would come
 * earlier than requested.
 */
const flush = (response: ServerResponse): Promise<void> =>
  new Promise((resolve) => {
    response.once('close', resolve)
    response.socket?.write('', () => resolve())
  })

/** Resolves when more can be written, or when the client has disconnected. */
const drained = (response: ServerResponse): Promise<void> =>
  new Promise((resolve) => {
    const go = () => {
      response.off('drain', go).off('close', go)
      resolve()
    }
    if (response.destroyed) go()
    else response.on('drain', go).on('close', go)
  })
