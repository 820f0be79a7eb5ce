import type { Writable } from 'node:stream'
import type { z } from 'zod'

/** Maximum length of a message, in characters. */
const longest = 64 * 1024

/** Sends a message as one line of JSON. */
export function sendLine(stream: Writable, message: object): void {
  // The reader of the stream detects its end. The sender does not need to.
  if (stream.writable) stream.write(`${JSON.stringify(message)}\n`)
}

/**
 * Yields the messages of a stream, until it ends.
 * @param schema – validates each message
 * @throws Error if a message violates the protocol; any error of the stream
 */
export async function* readLines<T>(chunks: AsyncIterable<Uint8Array>, schema: z.ZodType<T>): AsyncGenerator<T> {
  const decoder = new TextDecoder()
  let rest = ''
  for await (const chunk of chunks) {
    const lines = (rest + decoder.decode(chunk, { stream: true })).split('\n')
    rest = lines.pop()!
    for (const line of lines) yield schema.parse(JSON.parse(line))
    if (rest.length > longest) throw new Error(`a message of more than ${longest} characters`)
  }
  if (rest !== '') throw new Error('a message broke off')
}
