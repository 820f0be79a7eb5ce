import { z } from 'zod'
import { streamAddress, type StreamAddress } from './stream-address.ts'
import { maxStreamBytes } from './stream-file.ts'

/** Maximum size of a cache file, in bytes. A text is longer as a JSON string than as plain text. */
export const maxKept = 2 * maxStreamBytes

/**
 * Schema of a value that is sent in a request header. A disk or a server may contain anything, and
 * an invalid value must not make requests fail.
 */
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
  /** Time of the request, in milliseconds since the epoch. */
  seenAt: z.number().min(0),
  /** See `Referrer`. A missing value counts as public, the stricter case. */
  isPublic: z.boolean().default(true),
})
/** A stream's metadata as sent by a server. */
export type SeenStream = z.infer<typeof seenStream>

const named = z.object({ stream: z.string(), baseUrl: z.string() })

/** Returns the content of a cache file. */
export const writeSeen = ({ stream, baseUrl }: StreamAddress, seen: SeenStream): string =>
  JSON.stringify({ ...seen, stream, baseUrl })

/**
 * Parses a cache file.
 * @throws an error if `writeSeen` did not write the content
 */
export function parseSeen(bytes: Buffer): { address: StreamAddress; seen: SeenStream } {
  const content: unknown = JSON.parse(bytes.toString('utf8'))
  const { stream, baseUrl } = named.parse(content)
  return { address: streamAddress(stream, baseUrl), seen: seenStream.parse(content) }
}
