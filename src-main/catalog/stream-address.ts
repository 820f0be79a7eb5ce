import { KindlingError } from '../../src-shared/failure.ts'
import { say } from '../../src-shared/phrases.ts'
import { parseUrl, showUrl } from '../net/http.ts'
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

/**
 * Returns the location of the metadata of a release, which the index of its stream names.
 * @param baseUrl – of the stream, normalised
 * @throws address-refused unless the location is a plain file beside the streams: the index is not
 *   signed, and must not lead elsewhere
 */
export function releaseAddress(location: string, stream: string, baseUrl: string): StreamAddress {
  const url = new URL(location)
  const [, file] = /\/([\w.-]{1,100})\.json$/.exec(url.pathname) ?? []
  const isBeside = url.href.startsWith(new URL('..', baseUrl).href) && url.href.endsWith('.json')
  if (file === undefined || file.includes('..') || !isBeside)
    throw new KindlingError('address-refused', {
      from: showUrl(releasesAddress(stream, baseUrl).url),
      to: showUrl(url),
      reason: say('not-beside-streams'),
    })
  return streamAddress(file, new URL('.', url).href)
}

/**
 * Builds the URL of the update graph of a stream, as Fedora's server has it:
 * `<base>../updates/<stream>.json`.
 * @throws as `streamAddress`
 */
export function updatesAddress(stream: string, baseUrl: string): StreamAddress {
  const { baseUrl: base } = streamAddress(stream, baseUrl)
  return streamAddress(stream, new URL('../updates/', base).href)
}

/**
 * Builds the URL of the list of all builds of a stream, published or not:
 * `<base>../prod/streams/<stream>/builds/builds.json`.
 * @throws as `streamAddress`
 */
export function buildsAddress(stream: string, baseUrl: string): StreamAddress {
  return streamAddress('builds', new URL('builds/', releasesAddress(stream, baseUrl).baseUrl).href)
}
