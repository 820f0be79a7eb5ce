import type { Writable } from 'node:stream'
import type { z } from 'zod'

/** Characters of the longest message. */
const longest = 64 * 1024

/** Sends a message: one line of JSON. */
export function sendLine(stream: Writable, message: object): void {
  // Who listens learns that the stream has ended; who speaks does not need to.
  if (stream.writable) stream.write(`${JSON.stringify(message)}\n`)
}

/**
 * The messages of a stream, until it ends.
 * @param schema what each must be
 * @throws Error when what comes is not what was agreed; what the stream throws
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
