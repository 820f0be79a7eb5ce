import { parentPort, workerData } from 'node:worker_threads'
import { KindlingError } from '../../../../src-shared/failure.ts'
import { createChannel, type Channel } from '../../../memory/channel.ts'
import { chunkSize, type Decoder, type DecoderMemory, type FromDecoder, type ToDecoder } from './decoder-messages.ts'
import { decodeZst } from './decode-zst.ts'
import { allZeros, findZeros } from '../../../memory/find-zeros.ts'
import { pieceSize } from '../../../memory/piece.ts'
import { runXz } from './run-xz.ts'
import { startXzCheck, type XzCheck } from './xz-check.ts'

const port = parentPort
if (port === null) throw new Error('decode-worker runs as a worker thread')
const post = (message: FromDecoder) => port.postMessage(message)
const memory = workerData as DecoderMemory

/** Queues of one file; replaced when the next file starts. */
let input: Channel<{ slot: number; length: number }>
let slots: Channel<number>
const unused = new Set<number>()

port.on('message', (message: ToDecoder) => {
  if ('start' in message) {
    input = createChannel(Infinity)
    slots = createChannel(Infinity)
    void run(message.start)
  } else if ('slot' in message) {
    unused.add(message.slot)
    void slots.send(message.slot)
  } else if (message.chunk === null) input.close()
  else void input.send(message.chunk)
})

async function run(decoder: Decoder) {
  try {
    const check = await startXzCheck(decoder.compression === 'xz' ? decoder.check : 0)
    await fillSlots(
      decoder.compression === 'xz' ? decodeXz(takeChunks(), check) : decodeZst(takeChunks(), decoder.window),
    )
    post({ end: { check: check.digest(), unused: [...unused] } })
    unused.clear()
  } catch (error) {
    if (error instanceof KindlingError) post({ error: { code: error.code, details: error.details } })
    else post({ error: error instanceof Error ? error.message : String(error) })
  }
}

/** Yields the received chunks. The memory of a chunk is released when the next one is requested. */
async function* takeChunks(): AsyncGenerator<Uint8Array> {
  for await (const { slot, length } of input) {
    yield memory.compressed.subarray(slot * chunkSize, slot * chunkSize + length)
    post({ used: slot })
  }
}

async function* decodeXz(input: AsyncIterable<Uint8Array>, check: XzCheck): AsyncGenerator<Uint8Array> {
  for await (const bytes of runXz(input)) {
    check.update(bytes)
    yield bytes
  }
}

async function fillSlots(bytes: AsyncIterable<Uint8Array>): Promise<void> {
  const free = slots[Symbol.asyncIterator]()
  let slot: number | null = null
  let filled = 0

  const finish = (start: number) => {
    const length = filled
    filled = 0
    const zeros = findZeros(memory.decoded.subarray(start, start + length))
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
      memory.decoded.set(part, start + filled)
      used += part.length
      filled += part.length
      if (filled === pieceSize) finish(start)
    }
  }
  if (filled > 0) finish(slot! * pieceSize)
}
