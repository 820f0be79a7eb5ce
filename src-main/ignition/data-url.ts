import { gunzipSync, gzipSync } from 'node:zlib'

/** Defect of a data URL, in words. */
export class DataUrlError extends Error {}

/** Characters of the data of a URL (RFC 2396: reserved, unreserved and escaped). */
const dataCharacters = /^[\w\-.!~*'();/?:@&=+$,%]*$/

/**
 * Decodes a data URL as strictly as Ignition does (vincent-petithory/dataurl): a media type has a
 * slash, base64 has its padding.
 * @throws DataUrlError
 */
export function decodeDataUrl(url: string): Buffer {
  const match = /^data:((?:"[^"]*"|[^",])*),(.*)$/s.exec(url)
  if (!match) throw new DataUrlError('there is no comma before the data')
  const [type = '', ...parameters] = match[1]!.split(';')
  const data = match[2]!
  if (type !== '' && !/^[\w!#$&^.+-]+\/[\w!#$&^.+-]+$/.test(type)) throw new DataUrlError(`${type} is no media type`)
  const isBase64 = parameters.at(-1) === 'base64'
  const odd = (isBase64 ? parameters.slice(0, -1) : parameters).find((each) => !each.includes('='))
  if (odd !== undefined) throw new DataUrlError(`${odd} stands where base64 may stand`)
  const strange = /[^\w\-.!~*'();/?:@&=+$,%]/u.exec(data)
  if (!dataCharacters.test(data)) throw new DataUrlError(`${JSON.stringify(strange?.[0] ?? '')} must be escaped`)
  if (isBase64) {
    if (!/^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/.test(data))
      throw new DataUrlError('the base64 is not valid, or lacks its padding')
    return Buffer.from(data, 'base64')
  }
  if (/%(?![\da-f]{2})/i.test(data)) throw new DataUrlError('a percent sign stands without its two digits')
  return Buffer.from(
    data.replaceAll(/%([\da-f]{2})/gi, (_, digits: string) => String.fromCharCode(Number.parseInt(digits, 16))),
    'latin1',
  )
}

/** Unpacks gzip; null when it is none. `maxBytes` limits the result. */
export function unpackGzip(bytes: Uint8Array, maxBytes = 64 * 1024 * 1024): Buffer | null {
  try {
    return gunzipSync(bytes, { maxOutputLength: maxBytes })
  } catch {
    return null
  }
}

export interface EncodedContents {
  source: string
  compression: string
}

/**
 * Encodes contents as Butane does (`base/util/url.go`): percent-encoded, base64, or gzip in base64,
 * whichever is shortest. The compression is always stated, because a merged config would inherit
 * that of its parent.
 * @param compression – the compression that the contents have already, if any
 */
export function encodeContents(contents: Uint8Array, compression?: string): EncodedContents {
  const escaped = `,${escape(contents)}`
  const base64 = `;base64,${Buffer.from(contents).toString('base64')}`
  const opaque = base64.length < escaped.length ? base64 : escaped
  if (compression) return { source: `data:${opaque}`, compression }
  const packed = `;base64,${gzipSync(contents, { level: 9 }).toString('base64')}`
  return packed.length + 'gzip'.length < opaque.length
    ? { source: `data:${packed}`, compression: 'gzip' }
    : { source: `data:${opaque}`, compression: '' }
}

/** Escapes every byte but those of RFC 2396 that are unreserved. */
const escape = (bytes: Uint8Array): string =>
  Buffer.from(bytes)
    .toString('latin1')
    .replaceAll(/[^\w\-.!~*'()]/g, (character) => `%${byteOf(character)}`)

const byteOf = (character: string) => character.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')

/** Decodes contents that `encodeContents` encoded, and unpacks them. */
export function decodeContents({ source, compression }: EncodedContents): Buffer {
  const bytes = decodeDataUrl(source)
  return compression === 'gzip' ? (unpackGzip(bytes) ?? bytes) : bytes
}
