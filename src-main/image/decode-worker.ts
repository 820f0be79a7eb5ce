import { parentPort, workerData } from 'node:worker_threads'
import { createChannel, type Channel } from './channel.ts'
import { chunkSize, type DecoderMemory, type FromDecoder, type ToDecoder } from './decoder-messages.ts'
import { decodeZst } from './decode-zst.ts'
import { allZeros, findZeros } from './find-zeros.ts'
import { pieceSize } from './piece.ts'
import { isZero } from '../is-zero.ts'
import { runXz } from './run-xz.ts'
import { startXzCheck, type XzCheck } from './xz-check.ts'
import type { XzCheckKind } from './xz-layout.ts'

const port = parentPort
if (port === null) throw new Error('decode-worker runs as a worker thread')
const post = (message: FromDecoder) => port.postMessage(message)
const memory = workerData as DecoderMemory

/** What belongs to one file; the next one starts with new ones. */
let input: Channel<{ slot: number; length: number }>
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

/** The chunks that came, each used when the next one is asked for. */
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
  /** Bytes of the piece that are in the slot: zeros are put there when something else follows them. */
  let laid = 0

  async function lay(part: Uint8Array) {
    slot ??= (await free.next()).value as number
    const start = slot * pieceSize
    memory.decoded.fill(0, start + laid, start + filled).set(part, start + filled)
    laid = filled + part.length
  }

  async function finish() {
    const length = filled
    if (laid === 0) post({ slot: null, length, zeros: allZeros(length) })
    else {
      await lay(new Uint8Array())
      unused.delete(slot!)
      post({ slot, length, zeros: findZeros(memory.decoded.subarray(slot! * pieceSize, slot! * pieceSize + length)) })
      slot = null
    }
    filled = laid = 0
  }

  for await (const chunk of bytes) {
    for (let used = 0; used < chunk.length;) {
      const part = chunk.subarray(used, used + pieceSize - filled)
      if (!isZero(part)) await lay(part)
      used += part.length
      filled += part.length
      if (filled === pieceSize) await finish()
    }
  }
  if (filled > 0) await finish()
}
