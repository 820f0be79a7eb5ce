import type { Writable } from 'node:stream'
import type { z } from 'zod'
import { ByteReader } from '../image/byte-reader.ts'
import { mostBytes } from './messages.ts'

/** Bytes of a message without what follows it. */
const longestMessage = 64 * 1024
/** Two numbers, big-endian: bytes of the message, and of what follows it. */
const prefix = 8

/** A message, and the bytes that followed it. */
export interface Frame<T> {
  message: T
  bytes: Uint8Array
}

/**
 * Sends a message as JSON, and bytes as they are.
 * @returns resolves when the bytes may be used for something else
 */
export function sendFrame(stream: Writable, message: object, bytes: readonly Uint8Array[] = []): Promise<void> {
  const text = Buffer.from(JSON.stringify(message))
  const head = Buffer.alloc(prefix)
  head.writeUInt32BE(text.length, 0)
  head.writeUInt32BE(
    bytes.reduce((sum, part) => sum + part.length, 0),
    4,
  )
  return new Promise((resolve, reject) => {
    stream.cork()
    const last = bytes.length - 1
    const done = (error?: Error | null) => (error ? reject(error) : resolve())
    stream.write(Buffer.concat([head, text]), last < 0 ? done : undefined)
    bytes.forEach((part, index) => stream.write(part, index === last ? done : undefined))
    stream.uncork()
  })
}

/**
 * The frames of a stream, until it ends. What comes next is read when the next frame is asked for.
 * @param schema what a message must be
 * @param place gives memory for exactly so many bytes that follow a message
 * @throws Error when what comes is not what was agreed; what the stream throws
 */
export async function* readFrames<T>(
  chunks: AsyncIterable<Uint8Array>,
  schema: z.ZodType<T>,
  place: (message: T, length: number) => Uint8Array | Promise<Uint8Array>,
): AsyncGenerator<Frame<T>> {
  const reader = new ByteReader(chunks)
  while (!(await reader.ended())) {
    const head = Buffer.from(await exactly(reader, prefix))
    const [textLength, length] = [head.readUInt32BE(0), head.readUInt32BE(4)]
    if (textLength > longestMessage || length > mostBytes) throw new Error(`a frame of ${textLength}+${length} bytes`)
    const message = schema.parse(JSON.parse(Buffer.from(await exactly(reader, textLength)).toString()))
    const bytes = length === 0 ? new Uint8Array() : await place(message, length)
    if (bytes.length !== length || !(await reader.takeInto(bytes))) throw new Error('a frame broke off')
    yield { message, bytes }
  }
}

async function exactly(reader: ByteReader, length: number): Promise<Uint8Array> {
  const bytes = await reader.take(length)
  if (bytes === null) throw new Error('a frame broke off')
  return bytes
}
