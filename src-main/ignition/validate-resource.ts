import { createHash } from 'node:crypto'
import { DataUrlError, decodeDataUrl, unpackGzip } from './data-url.ts'
import type { Resource } from './shapes.ts'
import type { Say } from './problem.ts'

/** Schemes of a source, with the minor version of the spec that introduced them. */
const schemes: [name: string, since: number][] = [
  ['http', 0],
  ['https', 0],
  ['tftp', 0],
  ['s3', 0],
  ['data', 0],
  ['gs', 1],
  ['arn', 4],
]

/** Checks a reference, which needs a source. */
export function validateReference(reference: Resource, spec: number, say: Say): void {
  if (reference.source === undefined) say('source-missing', reference)
  validateResource(reference, spec, say)
}

export function validateResource(resource: Resource, spec: number, say: Say): void {
  const { source, compression, httpHeaders = [], verification } = resource
  if (compression && compression !== 'gzip')
    say('compression-not-known', resource, 'compression', { found: compression })
  const bytes = source ? validateSource(source, resource, spec, say) : null
  const unpacked = bytes !== null && compression === 'gzip' ? unpackGzip(bytes) : bytes
  if (bytes !== null && unpacked === null) say('gzip-invalid', resource, 'source')
  if (verification?.hash !== undefined) {
    if (source === undefined) say('hash-without-source', verification, 'hash')
    validateHash(verification, unpacked, say)
  }
  if (httpHeaders.length > 0 && !/^https?:/i.test(source ?? '')) say('headers-without-http', resource, 'httpHeaders')
  for (const header of httpHeaders) if (!header.name) say('header-name-missing', header, 'name')
}

/** Checks a source, and returns the bytes of a data URL; null for another one. */
function validateSource(source: string, resource: Resource, spec: number, say: Say): Buffer | null {
  const known = schemes.filter(([, since]) => since <= spec).map(([name]) => name)
  const scheme = /^([a-z][a-z\d+.-]*):/i.exec(source)?.[1]?.toLowerCase()
  if (scheme === undefined || !known.includes(scheme)) {
    say('source-scheme', resource, 'source', { schemes: known.join(', '), found: scheme ?? 'none' })
    return null
  }
  if (scheme === 'data') {
    try {
      return decodeDataUrl(source)
    } catch (error) {
      if (!(error instanceof DataUrlError)) throw error
      say('data-url-invalid', resource, 'source', { reason: error.message })
      return null
    }
  }
  if (/^s3:.*[?&]versionId=?(?:&|$)/i.test(source)) say('s3-version-empty', resource, 'source')
  if (!isUrl(source)) say('source-invalid', resource, 'source')
  return null
}

/** Go's parser accepts an empty host; that of JavaScript does not. */
const isUrl = (text: string): boolean =>
  !/[\s\p{Cc}]/u.test(text) &&
  (/^[\w+.-]+:(?:\/\/)?$/.test(text) || (URL.canParse(text) && !/%(?![\da-f]{2})/i.test(text)))

function validateHash(verification: NonNullable<Resource['verification']>, bytes: Buffer | null, say: Say): void {
  const [, kind, sum] = /^(sha256|sha512)-(.*)$/s.exec(verification.hash!) ?? []
  if (kind === undefined || sum === undefined) return say('hash-malformed', verification, 'hash')
  const digits = kind === 'sha256' ? 64 : 128
  if (sum.length !== digits) return say('hash-wrong-length', verification, 'hash', { kind, digits, found: sum.length })
  if (!/^[\da-f]*$/i.test(sum)) return say('hash-malformed', verification, 'hash')
  if (bytes !== null && createHash(kind).update(bytes).digest('hex') !== sum.toLowerCase())
    say('hash-differs', verification, 'hash')
}
