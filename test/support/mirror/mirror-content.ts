import { createReadStream } from 'node:fs'
import { stat } from 'node:fs/promises'

/** Content of a path on the mirror: bytes, text, or a file that is read on request. */
export type Content = Uint8Array | string | { file: string }

export interface Held {
  /** Size in bytes. */
  size: number
  type: string
  etag: string
  lastModified: string
  /** Reads a range; the end is exclusive. */
  read(start: number, end: number): AsyncIterable<Uint8Array> | Iterable<Uint8Array>
}

let versions = 0
const partSize = 64 * 1024

export async function openContent(content: Content): Promise<Held> {
  const version = ++versions
  const bytes = typeof content === 'string' ? Buffer.from(content) : content
  const size = bytes instanceof Uint8Array ? bytes.byteLength : (await stat(bytes.file)).size
  return {
    size,
    type: typeof content === 'string' ? 'application/json' : 'application/octet-stream',
    etag: `"${version}-${size.toString(16)}"`,
    // The header has a resolution of one second, so versions differ by whole seconds.
    lastModified: new Date(Date.UTC(2026, 6, 1, 0, 0, version)).toUTCString(),
    read: (start, end) =>
      bytes instanceof Uint8Array
        ? partsOf(bytes.subarray(start, end))
        : // createReadStream cannot read an empty range: its end is inclusive.
          start === end
          ? []
          : createReadStream(bytes.file, { start, end: end - 1, highWaterMark: 4 * partSize }),
  }
}

function* partsOf(bytes: Uint8Array): Generator<Uint8Array> {
  for (let start = 0; start < bytes.byteLength; start += partSize) yield bytes.subarray(start, start + partSize)
}
