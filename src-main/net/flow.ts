import type { Readable } from 'node:stream'
import { createCondition } from '../memory/condition.ts'

/**
 * `mostWaiting`: maximum number of bytes in the queue; at this number the stream is paused.
 * `worthWaking`: number of bytes at which the reader is woken immediately, before the turn of the
 * event loop ends.
 */
const [mostWaiting, worthWaking] = [1024 * 1024, 256 * 1024]

/**
 * Yields the bytes of a stream as they arrive. TLS delivers 16 KiB at a time, and iterating over a
 * stream costs several steps for each chunk. Chunks that arrive in the same turn of the event loop
 * are therefore handed over together. Chunks that are adjacent in memory (`large-reads`) are
 * joined. The stream is destroyed when the iteration ends.
 * @param word – turns an error of the stream into the error that is thrown
 * @returns a generator. It throws an error of the stream only after all chunks before it were read;
 *   an error from before the first call, at that call.
 */
export async function* flow(stream: Readable, word = (error: unknown) => error): AsyncGenerator<Uint8Array> {
  let waiting: Uint8Array[] = []
  let bytes = 0
  let over: { error?: unknown } | null = null
  const changed = createCondition()
  const end = (error?: unknown) => {
    over ??= error === undefined ? {} : { error }
    changed.notify()
  }
  let isTurnAwaited = false
  const endTurn = () => {
    isTurnAwaited = false
    changed.notify()
  }
  stream.on('data', (chunk: Uint8Array) => {
    const last = waiting.at(-1)
    if (last !== undefined && isFollowedBy(last, chunk))
      waiting[waiting.length - 1] = new Uint8Array(last.buffer, last.byteOffset, last.length + chunk.length)
    else waiting.push(chunk)
    bytes += chunk.length
    if (bytes >= mostWaiting) stream.pause()
    if (bytes >= worthWaking) changed.notify()
    else if (!isTurnAwaited) {
      isTurnAwaited = true
      setImmediate(endTurn)
    }
  })
  stream.once('end', () => end())
  stream.on('error', end)
  stream.once('close', () => end(new Error(closed)))
  // The stream may have failed before this was called, and then emits nothing any more.
  if (stream.destroyed) end(stream.errored ?? new Error(closed))
  try {
    for (;;) {
      const chunks = waiting
      waiting = []
      bytes = 0
      if (stream.isPaused()) stream.resume()
      for (const chunk of chunks) yield chunk
      if (waiting.length > 0) continue
      if (over !== null) {
        if ('error' in over) throw word((over as { error: unknown }).error)
        return
      }
      await changed.wait()
    }
  } finally {
    stream.destroy()
  }
}

const closed = 'the connection was closed'

const isFollowedBy = (one: Uint8Array, other: Uint8Array): boolean =>
  one.buffer === other.buffer && one.byteOffset + one.length === other.byteOffset
