import { KindlingError } from '../../src-shared/failure.ts'
import { say } from '../../src-shared/phrases.ts'
import { parseUrl } from '../net/http.ts'
import { plainText } from './plain-text.ts'

/** The location of one stream's metadata. */
export interface StreamAddress {
  stream: string
  /** Normalised, ending in a slash, so that each location is cached only once. */
  baseUrl: string
  url: string
}

const streamName = plainText(100).refine((name) => !/[/\\]|\.\./.test(name))

/**
 * Builds the URL `<base><stream>.json`. The final slash of the base may be missing.
 * @throws usage for a name that could leave the base, or a base that is not an http(s) directory
 */
export function streamAddress(stream: string, baseUrl: string): StreamAddress {
  if (!streamName.safeParse(stream).success)
    throw new KindlingError('usage', { reason: say('no-stream-name', { name: JSON.stringify(stream) }) })
  const base = parseUrl(baseUrl)
  if (base.search !== '' || base.hash !== '')
    throw new KindlingError('usage', { reason: say('base-has-query', { url: baseUrl }) })
  if (!base.pathname.endsWith('/')) base.pathname += '/'
  return { stream, baseUrl: base.href, url: `${base.href}${encodeURIComponent(stream)}.json` }
}

/**
 * Builds the URL of the index of a stream's releases, as Fedora's server has it:
 * `<base>../prod/streams/<stream>/releases.json`.
 * @throws as `streamAddress`
 */
export function releasesAddress(stream: string, baseUrl: string): StreamAddress {
  const { baseUrl: base } = streamAddress(stream, baseUrl)
  return streamAddress('releases', new URL(`../prod/streams/${encodeURIComponent(stream)}/`, base).href)
}
