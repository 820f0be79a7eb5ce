import { parentPort } from 'node:worker_threads'
import xzDecompress from 'xz-decompress'
import { createChannel } from './channel.ts'
import { decodeZst } from './decode-zst.ts'

/** What the decoder thread is told. `chunk` null: the image has no more bytes. `taken`: one answer was used up. */
export type ToDecoder = { start: 'xz' | 'zst' } | { chunk: Uint8Array<ArrayBuffer> | null } | { taken: true }
/** What it answers. `wants`: there is room for another chunk. */
export type FromDecoder = { wants: true } | { bytes: Uint8Array } | { end: true } | { error: string }

/** Bytes of one answer: large enough that messages cost nothing, small enough that memory stays small. */
const outputSize = 1024 * 1024
/** Answers that may be under way before the thread waits for them to be taken. */
const maxUntaken = 4

const port = parentPort
if (port === null) throw new Error('decode-worker runs as a worker thread')
const post = (message: FromDecoder, transfer: ArrayBuffer[] = []) => port.postMessage(message, transfer)

/** What belongs to one file; the next one starts with new ones. */
let input = createChannel<Uint8Array<ArrayBuffer>>(Infinity)
let credits = createChannel<true>(Infinity)

port.on('message', (message: ToDecoder) => {
  if ('start' in message) {
    input = createChannel(Infinity)
    credits = createChannel(Infinity)
    for (let index = 0; index < maxUntaken; index++) void credits.send(true)
    void run(message.start)
  } else if ('taken' in message) void credits.send(true)
  else if (message.chunk === null) input.close()
  else void input.send(message.chunk)
})

async function run(compression: 'xz' | 'zst') {
  const credit = credits[Symbol.asyncIterator]()
  try {
    for await (const bytes of collect(compression === 'xz' ? decodeXz(takeChunks()) : decodeZst(takeChunks()))) {
      await credit.next()
      post({ bytes }, [bytes.buffer])
    }
    post({ end: true })
  } catch (error) {
    post({ error: error instanceof Error ? error.message : String(error) })
  }
}

/** The chunks that came, each answered with the wish for another. */
async function* takeChunks(): AsyncGenerator<Uint8Array> {
  for await (const chunk of input) {
    yield chunk
    post({ wants: true })
  }
}

async function* decodeXz(input: AsyncGenerator<Uint8Array>): AsyncIterable<Uint8Array> {
  const compressed = new ReadableStream<Uint8Array>({
    async pull(controller) {
      const { done, value } = await input.next()
      if (done) return controller.close()
      controller.enqueue(value)
    },
  })
  // The library ends its stream only at the end of its input; whatever is left over is an error of its own.
  const reader = new xzDecompress.XzReadableStream(compressed).getReader()
  for (;;) {
    const { done, value } = await reader.read()
    if (done) return
    yield value
  }
}

/** Gathers small pieces into pieces of `outputSize` that own their memory, so that they can be handed over. */
async function* collect(pieces: AsyncIterable<Uint8Array>): AsyncIterable<Uint8Array<ArrayBuffer>> {
  let gathered = new Uint8Array(outputSize)
  let length = 0
  for await (const piece of pieces) {
    for (let used = 0; used < piece.length;) {
      const part = piece.subarray(used, used + outputSize - length)
      gathered.set(part, length)
      used += part.length
      length += part.length
      if (length < outputSize) continue
      yield gathered
      gathered = new Uint8Array(outputSize)
      length = 0
    }
  }
  if (length > 0) yield gathered.slice(0, length)
}
