import type { Readable } from 'node:stream'

/** Bytes that may wait for whoever asks; and those for which it is worth to wake them before all is there that came at once. */
const [mostWaiting, worthWaking] = [1024 * 1024, 256 * 1024]

/**
 * The bytes of a stream, as they come: what came at once is handed over at once, and in one piece where it lies side by side
 * (`large-reads`), without the steps that each chunk costs when a stream is iterated. TLS gives 16 KiB at a time. The stream ends with
 * the iteration.
 * @param word turns an error of the stream into the one that is thrown
 * @returns what throws whatever the stream fails of, once all that came before was read
 */
export async function* flow(stream: Readable, word = (error: unknown) => error): AsyncGenerator<Uint8Array> {
  let waiting: Uint8Array[] = []
  let bytes = 0
  let over: { error?: unknown } | null = null
  let wake = () => {}
  const end = (error?: unknown) => {
    over ??= error === undefined ? {} : { error }
    wake()
  }
  let isTurnAwaited = false
  const endTurn = () => {
    isTurnAwaited = false
    wake()
  }
  stream.on('data', (chunk: Uint8Array) => {
    const last = waiting.at(-1)
    if (last !== undefined && isFollowedBy(last, chunk))
      waiting[waiting.length - 1] = new Uint8Array(last.buffer, last.byteOffset, last.length + chunk.length)
    else waiting.push(chunk)
    bytes += chunk.length
    if (bytes >= mostWaiting) stream.pause()
    if (bytes >= worthWaking) wake()
    else if (!isTurnAwaited) {
      isTurnAwaited = true
      setImmediate(endTurn)
    }
  })
  stream.once('end', () => end())
  stream.on('error', end)
  stream.once('close', () => end(new Error('the connection was closed')))
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
      await new Promise<void>((resolve) => (wake = resolve))
    }
  } finally {
    stream.destroy()
  }
}

const isFollowedBy = (one: Uint8Array, other: Uint8Array): boolean =>
  one.buffer === other.buffer && one.byteOffset + one.length === other.byteOffset
