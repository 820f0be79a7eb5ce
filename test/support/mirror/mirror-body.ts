import type { ServerResponse } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import { findFault, type Fault } from './mirror-faults.ts'

interface Sending {
  logged: { bytesSent: number }
  stall(): Promise<void>
  /** The faults were ended while the body is sent. */
  isCleared(): boolean
}

/** Sends a body with the faults that it shall have. */
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
    if (logged.bytesSent === stalling?.afterBytes) await stall()
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

/** Cuts where a fault waits, and into pieces of at most so many bytes. */
function* split(part: Uint8Array, offset: number, most: number, marks: number[]): Generator<Uint8Array> {
  for (let start = 0; start < part.byteLength;) {
    const ahead = marks.map((mark) => mark - offset - start).filter((distance) => distance > 0)
    const end = start + Math.min(most, ...ahead, part.byteLength - start)
    yield part.subarray(start, end)
    start = end
  }
}

/** A connection that is reset loses what was not sent yet, and the fault would come earlier than ordered. */
const flush = (response: ServerResponse): Promise<void> =>
  new Promise((resolve) => {
    response.once('close', resolve)
    response.socket?.write('', () => resolve())
  })

/** A client that left takes nothing more, so its end counts too. */
const drained = (response: ServerResponse): Promise<void> =>
  new Promise((resolve) => {
    const go = () => {
      response.off('drain', go).off('close', go)
      resolve()
    }
    if (response.destroyed) go()
    else response.on('drain', go).on('close', go)
  })
