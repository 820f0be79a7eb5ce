import { parentPort, workerData } from 'node:worker_threads'
import xzDecompress from 'xz-decompress'
import { createChannel, type Channel } from './channel.ts'
import { decodeZst } from './decode-zst.ts'
import { allZeros, findZeros } from './find-zeros.ts'
import { pieceSize } from './piece.ts'
import { startXzCheck, type XzCheck, type XzCheckKind } from './xz-check.ts'

/** What the decoder thread is told. `chunk` null: the file has no more bytes. `slot`: memory that it may fill. */
export type ToDecoder =
  { start: 'xz' | 'zst'; check: XzCheckKind } | { chunk: Uint8Array<ArrayBuffer> | null } | { slot: number }
/**
 * What it answers. `wants`: there is room for another chunk. `slot` null: the bytes are zeros, and the slot they were in is
 * used again. `end`: the sum over all bytes, and the slots that were not filled.
 */
export type FromDecoder =
  | { wants: true }
  | { slot: number | null; length: number; zeros: number }
  | { end: { check: Uint8Array; unused: number[] } }
  | { error: string }

const port = parentPort
if (port === null) throw new Error('decode-worker runs as a worker thread')
const post = (message: FromDecoder) => port.postMessage(message)
const memory = workerData as Uint8Array<SharedArrayBuffer>

/** What belongs to one file; the next one starts with new ones. */
let input: Channel<Uint8Array<ArrayBuffer>>
let slots: Channel<number>
const unused = new Set<number>()

port.on('message', (message: ToDecoder) => {
  if ('start' in message) {
    input = createChannel(Infinity)
    slots = createChannel(Infinity)
    void run(message.start, message.check)
  } else if ('slot' in message) {
    unused.add(message.slot)
    void slots.send(message.slot)
  } else if (message.chunk === null) input.close()
  else void input.send(message.chunk)
})

async function run(compression: 'xz' | 'zst', kind: XzCheckKind) {
  try {
    const check = await startXzCheck(kind)
    await fillSlots(compression === 'xz' ? decodeXz(takeChunks(), check) : decodeZst(takeChunks()))
    post({ end: { check: check.digest(), unused: [...unused] } })
    unused.clear()
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

async function* decodeXz(input: AsyncGenerator<Uint8Array>, check: XzCheck): AsyncIterable<Uint8Array> {
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
    check.update(value)
    yield value
  }
}

async function fillSlots(bytes: AsyncIterable<Uint8Array>): Promise<void> {
  const free = slots[Symbol.asyncIterator]()
  let slot: number | null = null
  let filled = 0

  const finish = (start: number) => {
    const length = filled
    filled = 0
    const zeros = findZeros(memory.subarray(start, start + length))
    if (zeros === allZeros(length)) return post({ slot: null, length, zeros })
    unused.delete(slot!)
    post({ slot, length, zeros })
    slot = null
  }

  for await (const chunk of bytes) {
    for (let used = 0; used < chunk.length;) {
      slot ??= (await free.next()).value as number
      const start = slot * pieceSize
      const part = chunk.subarray(used, used + pieceSize - filled)
      memory.set(part, start + filled)
      used += part.length
      filled += part.length
      if (filled === pieceSize) finish(start)
    }
  }
  if (filled > 0) finish(slot! * pieceSize)
}
