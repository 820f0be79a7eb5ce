import type { Readable } from 'node:stream'

/** Bytes that may wait for whoever asks. */
const mostWaiting = 1024 * 1024

/**
 * The chunks of a stream, as they come: what came at once is handed over at once, without the steps that each chunk costs
 * when a stream is iterated. The stream ends with the iteration.
 * @returns what throws whatever the stream fails of, once all that came before was read
 */
export async function* flow(stream: Readable): AsyncGenerator<Uint8Array> {
  let waiting: Uint8Array[] = []
  let bytes = 0
  let over: { error?: unknown } | null = null
  let wake = () => {}
  const end = (error?: unknown) => {
    over ??= error === undefined ? {} : { error }
    wake()
  }
  stream.on('data', (chunk: Uint8Array) => {
    waiting.push(chunk)
    bytes += chunk.length
    if (bytes >= mostWaiting) stream.pause()
    wake()
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
        if ('error' in over) throw (over as { error: unknown }).error
        return
      }
      await new Promise<void>((resolve) => (wake = resolve))
    }
  } finally {
    stream.destroy()
  }
}
