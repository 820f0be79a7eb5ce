import { z } from 'zod'
import { streamAddress, type StreamAddress } from './stream-address.ts'
import { maxStreamBytes } from './stream-file.ts'

/** Bytes of a file; a text within JSON is longer than by itself. */
export const maxKept = 2 * maxStreamBytes

/** What goes into a request header again: a disk or a server may hold anything, and a bad one must not fail requests. */
const headerValue = z
  .string()
  .max(1000)
  .regex(/^[\x20-\x7e]+$/)
  .nullable()
  .catch(null)

const seenStream = z.object({
  text: z.string(),
  etag: headerValue,
  lastModified: headerValue,
  /** Milliseconds since the epoch. */
  seenAt: z.number().min(0),
  /** See `Referrer`. A file that does not say counts as a public server's, which may name less. */
  isPublic: z.boolean().default(true),
})
/** A stream's metadata as a server gave it. */
export type SeenStream = z.infer<typeof seenStream>

const named = z.object({ stream: z.string(), baseUrl: z.string() })

/** What a file of the cache holds. */
export const writeSeen = ({ stream, baseUrl }: StreamAddress, seen: SeenStream): string =>
  JSON.stringify({ ...seen, stream, baseUrl })

/** @throws for what `writeSeen` did not write */
export function parseSeen(bytes: Buffer): { address: StreamAddress; seen: SeenStream } {
  const content: unknown = JSON.parse(bytes.toString('utf8'))
  const { stream, baseUrl } = named.parse(content)
  return { address: streamAddress(stream, baseUrl), seen: seenStream.parse(content) }
}
