import { parentPort, workerData } from 'node:worker_threads'
import { KindlingError } from '../../../../src-shared/failure.ts'
import { say } from '../../../../src-shared/phrases.ts'
import { createChannel, type Channel } from '../../../memory/channel.ts'
import { createCondition } from '../../../memory/condition.ts'
import {
  chunkSize,
  type BlockDecoder,
  type Decoder,
  type DecoderMemory,
  type FromDecoder,
  type ToDecoder,
} from './decoder-messages.ts'
import { allZeros, findZeros } from '../../../memory/find-zeros.ts'
import { pieceSize } from '../../../memory/piece.ts'
import { ringStart } from './ring-memory.ts'
import { Ring, type Frame } from './ring.ts'
import { loadLzma2, runLzma2, type Lzma2 } from './run-lzma2.ts'
import { createXzChecks, type XzCheck } from './xz-check.ts'

const port = parentPort
if (port === null) throw new Error('decode-worker runs as a worker thread')
const post = (message: FromDecoder) => port.postMessage(message)
const { compressed, decoded, frames } = workerData as DecoderMemory
const bytes = new Uint8Array(decoded.buffer)
const ring = new Ring(frames)
const startCheck = createXzChecks(decoded)
let lzma2: Lzma2 | undefined

/** Queue of one file; replaced when the next file starts. */
let input: Channel<{ slot: number; length: number }>
const released = createCondition()

port.on('message', (message: ToDecoder) => {
  if ('start' in message) {
    input = createChannel(Infinity)
    ring.begin(message.frames)
    void run(message.start)
  } else if ('released' in message) {
    ring.release(message.released)
    released.notify()
  } else if (message.chunk === null) input.close()
  else void input.send(message.chunk)
})

async function run(decoder: Decoder) {
  // Outside of `try`: a file of the program that is missing ends the thread. The image is not at
  // fault.
  const decode = await loadDecoder(decoder)
  try {
    const check = startCheck(decoder.compression === 'lzma2' ? decoder.check : 0)
    await decode(check)
    handOut(ring.end(), check)
    post({ end: { check: check.digest() } })
  } catch (error) {
    if (error instanceof KindlingError) post({ error: { code: error.code, details: error.details } })
    else post({ error: error instanceof Error ? error.message : String(error) })
  }
}

/** Loads the decoder of a file. Most threads need only that of blocks. */
async function loadDecoder(decoder: Decoder): Promise<(check: XzCheck) => Promise<void>> {
  if (decoder.compression === 'lzma2') return (check) => decodeBlock(decoder, check)
  if (decoder.compression === 'xz') {
    const { runXz } = await import('./run-xz.ts')
    return (check) => copyToRing(runXz(takeChunks()), check)
  }
  const { decodeZst } = await import('./decode-zst.ts')
  return (check) => copyToRing(decodeZst(takeChunks(), decoder.window), check)
}

/** Yields the received chunks. The memory of a chunk is released when the next one is requested. */
async function* takeChunks(): AsyncGenerator<Uint8Array> {
  for await (const { slot, length } of input) {
    yield compressed.subarray(slot * chunkSize, slot * chunkSize + length)
    post({ used: slot })
  }
}

/**
 * Decodes a block in the ring.
 * @throws image-corrupt
 */
async function decodeBlock({ dictionary, size }: BlockDecoder, check: XzCheck): Promise<void> {
  const decoder = (lzma2 ??= loadLzma2(decoded))
  let left = size
  for await (const length of runLzma2(takeChunks(), { decoder, bytes, ring, dictionary }, released.wait)) {
    left -= length
    if (left < 0) break
    handOut(ring.advance(length), check)
  }
  if (left !== 0) throw new KindlingError('image-corrupt', { reason: say('block-unlike-size') })
}

/** Copies bytes that were decoded elsewhere to the ring. */
async function copyToRing(chunks: AsyncIterable<Uint8Array>, check: XzCheck): Promise<void> {
  for await (const chunk of chunks)
    for (let used = 0; used < chunk.length;) {
      const room = ring.room(1)
      if (room === 0) {
        await released.wait()
        continue
      }
      const part = chunk.subarray(used, used + room)
      bytes.set(part, ringStart + ring.position)
      used += part.length
      handOut(ring.advance(part.length), check)
    }
}

/** Posts frames as pieces. Frames of zeros are not held. */
function handOut(filled: Frame[], check: XzCheck): void {
  for (const { frame, length } of filled) {
    const start = ringStart + frame * pieceSize
    const zeros = findZeros(bytes.subarray(start, start + length))
    check.update(start, length, zeros)
    const isZero = zeros === allZeros(length)
    if (!isZero) ring.hold(frame)
    post({ frame: isZero ? null : frame, length, zeros })
  }
}
