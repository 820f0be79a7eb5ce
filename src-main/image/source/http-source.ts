import { KindlingError, reasonOf } from '../../../src-shared/failure.ts'
import { plain } from '../../../src-shared/plain.ts'
import { say } from '../../../src-shared/phrases.ts'
import { showUrl, statusError, type HttpAnswer } from '../../net/http.ts'
import type { Ports } from '../../ports.ts'
import { startsLikeHtml } from '../../net/html.ts'
import { createRetries, type Asking } from '../../net/retries.ts'
import type { ServerSource, FileVersion } from './source.ts'
import { versionOf, parseContentRange, statesSize, isSame, rangeFrom } from './file-version.ts'

export type DownloadPorts = Pick<Ports, 'http' | 'now' | 'sleep' | 'random' | 'onRetry'>

/**
 * Opens an image on a server. It requests the size first, without downloading the image.
 * @param asking – `within` applies until the server has answered for the first time
 * @throws network-unreachable, http-status, source-is-html, redirect-refused
 */
export async function openHttpSource(
  ports: DownloadPorts,
  url: string,
  asking: Asking,
  signal: AbortSignal,
): Promise<ServerSource> {
  const version = await askVersion(ports, url, asking, signal)
  const going: Asking = { retries: asking.retries, host: new URL(url).host }
  return {
    version,
    location: url,
    local: false,
    fromCache: false,
    size: version.total,
    chunks: (chunkSignal) => download(ports, url, version, 0, going, chunkSignal),
    chunksFrom: (offset, chunkSignal) => download(ports, url, version, offset, going, chunkSignal),
    range: (offset, length, rangeSignal) => readRange(ports, url, version, offset, length, going, rangeSignal),
  }
}

async function askVersion(
  ports: DownloadPorts,
  url: string,
  asking: Asking,
  signal: AbortSignal,
): Promise<FileVersion> {
  const attempts = createRetries(ports, asking, signal)
  for (;;) {
    try {
      // Requests one byte by GET: some servers answer HEAD differently from GET, or not at all.
      const answer = await ports.http({ url, headers: { range: 'bytes=0-0' }, signal })
      await answer.body.dump()
      // 416: the file has no byte 0.
      if (answer.status === 416) throw new KindlingError('image-empty', { source: url })
      await requireUsable(answer)
      return versionOf(answer)
    } catch (error) {
      await attempts.afterFailure(error)
    }
  }
}

/**
 * Refuses a response that does not contain the file.
 * @throws http-status, source-is-html
 */
async function requireUsable(answer: HttpAnswer): Promise<void> {
  const refusal = findUnusable(answer)
  if (refusal === null) return
  await answer.body.dump()
  throw refusal
}

function findUnusable(answer: HttpAnswer): KindlingError | null {
  if (answer.status !== 200 && answer.status !== 206) return statusError(answer)
  if (answer.status === 206 && parseContentRange(answer) === null) return statusError(answer, say('range-not-said'))
  if (/^text\/html\b/i.test(answer.headers['content-type'] ?? ''))
    return new KindlingError('source-is-html', { url: showUrl(answer.url) })
  return null
}

/** Extensions of compressed files, with the first bytes of their formats. */
const compressed: Record<string, number[]> = {
  xz: [0xfd, 0x37],
  gz: [0x1f, 0x8b],
  tgz: [0x1f, 0x8b],
  zst: [0x28, 0xb5],
}
const startsWith = (bytes: Uint8Array, magic: number[]) => magic.every((byte, at) => bytes[at] === byte)

/**
 * Refuses a body that is a web page, or that is encoded although `identity` was requested. Some
 * servers name the compression of the file itself as the encoding and send the file unchanged. That
 * is accepted.
 * @param head – the first bytes of the body
 * @throws source-is-html, source-encoded
 */
function requireFile(answer: HttpAnswer, head: Uint8Array): void {
  const url = showUrl(answer.url)
  if (startsLikeHtml(head)) throw new KindlingError('source-is-html', { url })
  const encoding = encodingOf(answer)
  if (encoding === null) return
  const extension = new URL(answer.url).pathname.split('.').pop()!.toLowerCase()
  const own = compressed[extension]
  const isEncoded =
    own !== undefined ? !startsWith(head, own) : encoding !== 'gzip' || startsWith(head, compressed['gz']!)
  if (isEncoded) throw encodedError(answer, encoding)
}

/** Returns the `Content-Encoding` of a response; null if it is not encoded. */
function encodingOf({ headers }: HttpAnswer): string | null {
  const encoding = (headers['content-encoding'] ?? '').trim().toLowerCase()
  return encoding === '' || encoding === 'identity' ? null : encoding
}

const encodedError = ({ url }: HttpAnswer, encoding: string) =>
  new KindlingError('source-encoded', {
    host: new URL(url).host,
    encoding: plain(encoding, 100),
    url: showUrl(url),
  })

/** Returns the error for a response of another version than the first response. */
function changedError(answer: HttpAnswer, source: string): KindlingError {
  const encoding = encodingOf(answer)
  // A server that encodes only some of its responses states other sizes and ETags in these.
  return encoding === null ? new KindlingError('source-changed', { source }) : encodedError(answer, encoding)
}

/**
 * Downloads all bytes from an offset on, in order, over as many connections as necessary. After a
 * broken connection, the download resumes at the position reached. If the server cannot resume, the
 * file is read again from the start, and the bytes already received are skipped.
 */
async function* download(
  ports: DownloadPorts,
  url: string,
  version: FileVersion,
  from: number,
  asking: Asking,
  signal: AbortSignal,
): AsyncIterable<Uint8Array> {
  const attempts = createRetries(ports, asking, signal)
  let position = from
  let fromStart = false
  for (;;) {
    // A connection may also break after its last byte.
    if (position > 0 && position === version.total) return
    try {
      const answer = await ports.http({
        url,
        signal,
        headers: position > 0 && !fromStart ? rangeFrom(position, version) : {},
      })
      if (answer.status === 416) {
        await answer.body.dump()
        if (fromStart || position === 0 || !statesSize(answer, version))
          throw new KindlingError('source-changed', { source: url })
        // The file has the same size as before, but its server does not support ranges.
        fromStart = true
        continue
      }
      await requireUsable(answer)
      const range = parseContentRange(answer)
      const start = answer.status === 206 ? range?.start : 0
      if (start === undefined || start > position || !isSame(version, versionOf(answer))) {
        await answer.body.dump()
        throw changedError(answer, url)
      }
      let skip = position - start
      for await (const chunk of answer.body) {
        const fresh = chunk.subarray(Math.min(skip, chunk.length))
        skip -= chunk.length - fresh.length
        if (fresh.length === 0) continue
        if (position === 0) requireFile(answer, fresh)
        // The body is longer than the server stated: the excess must not be used as part of the
        // file.
        if (version.total !== null && position + fresh.length > version.total)
          throw new KindlingError('source-changed', { source: url })
        position += fresh.length
        attempts.madeProgress()
        yield fresh
      }
      if (version.total === null || position === version.total) return
      throw new KindlingError('download-short', { received: position, expected: version.total })
    } catch (error) {
      await attempts.afterFailure(worded(error, url, position, version.total, signal))
    }
  }
}

/**
 * Converts an error of a broken connection to a `KindlingError`: its message is the HTTP library's.
 */
function worded(error: unknown, url: string, received: number, expected: number | null, signal: AbortSignal): unknown {
  if (error instanceof KindlingError || signal.aborted) return error
  if (received > 0 && expected !== null)
    return new KindlingError('download-short', { received, expected }, { cause: error })
  return new KindlingError(
    'network-unreachable',
    { host: new URL(url).host, reason: reasonOf(error) },
    { cause: error },
  )
}

/**
 * Reads a range of the file. Every server can send the start of a file: the connection is closed
 * before the rest arrives.
 * @returns null if the server does not send ranges as requested and the range is not at the start
 */
async function readRange(
  ports: DownloadPorts,
  url: string,
  version: FileVersion,
  offset: number,
  length: number,
  asking: Asking,
  signal: AbortSignal,
): Promise<Uint8Array | null> {
  if (!version.ranges && offset > 0) return null
  const attempts = createRetries(ports, asking, signal)
  for (;;) {
    try {
      const answer = await ports.http({ url, signal, headers: { range: `bytes=${offset}-${offset + length - 1}` } })
      await requireUsable(answer)
      const start = answer.status === 200 ? 0 : parseContentRange(answer)?.start
      if (start !== offset && isSame(version, versionOf(answer))) {
        await answer.body.dump()
        return null
      }
      const bytes = await readStart(answer, length, signal)
      if (offset === 0) requireFile(answer, bytes)
      const enough = bytes.length === length || version.total === null
      if (start !== offset || !enough || !isSame(version, versionOf(answer))) throw changedError(answer, url)
      return bytes
    } catch (error) {
      await attempts.afterFailure(error)
    }
  }
}

/** Reads the first `length` bytes of a body, or all of them if there are fewer. */
async function readStart(answer: HttpAnswer, length: number, signal: AbortSignal): Promise<Uint8Array> {
  const bytes = new Uint8Array(length)
  let filled = 0
  try {
    for await (const chunk of answer.body) {
      const part = chunk.subarray(0, length - filled)
      bytes.set(part, filled)
      filled += part.length
      if (filled === length) break
    }
  } catch (error) {
    throw worded(error, answer.url, filled, length, signal)
  }
  return bytes.subarray(0, filled)
}
