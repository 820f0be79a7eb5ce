import { promisify } from 'node:util'
import { brotliDecompress, gunzip, inflate } from 'node:zlib'
import { KindlingError, reasonOf } from '../../src-shared/failure.ts'
import { PhraseError, say } from '../../src-shared/phrases.ts'
import { statusError, type HttpAnswer } from './http.ts'

/** Timeout for reading a whole small response, in milliseconds. */
const maxReading = 120_000

/**
 * Reads the whole body of a response that must be small. The body is decoded if a server or proxy
 * encoded it although the request asked for `identity`.
 * @throws network-unreachable, http-status when it is larger
 */
export async function readAll(answer: HttpAnswer, maxBytes: number, maxMilliseconds = maxReading): Promise<Uint8Array> {
  const parts: Uint8Array[] = []
  let length = 0
  const { host } = new URL(answer.url)
  const timer = setTimeout(
    () => answer.abort(new PhraseError(say('answer-incomplete', { seconds: maxMilliseconds / 1000 }))),
    maxMilliseconds,
  )
  try {
    for await (const part of answer.body) {
      length += part.byteLength
      if (length > maxBytes) break
      parts.push(part)
    }
  } catch (error) {
    throw new KindlingError('network-unreachable', { host, reason: reasonOf(error) }, { cause: error })
  } finally {
    clearTimeout(timer)
  }
  if (length > maxBytes) throw statusError(answer, say('answer-too-long', { most: maxBytes }))
  return undoEncoding(answer.headers['content-encoding'], Buffer.concat(parts), maxBytes)
}

const decoders: Record<string, (bytes: Uint8Array, options: { maxOutputLength: number }) => Promise<Uint8Array>> = {
  gzip: promisify(gunzip),
  'x-gzip': promisify(gunzip),
  deflate: promisify(inflate),
  br: promisify(brotliDecompress),
}

/**
 * Decodes the `Content-Encoding` of `bytes`. Returns them unchanged if the encoding is unknown or
 * they are not valid in it.
 */
async function undoEncoding(encoding: string | undefined, bytes: Uint8Array, maxOutputLength: number) {
  const decode = decoders[encoding?.trim().toLowerCase() ?? '']
  return decode === undefined ? bytes : decode(bytes, { maxOutputLength }).catch(() => bytes)
}
