import { KindlingError } from '../../src-shared/failure.ts'
import { say } from '../../src-shared/phrases.ts'
import { parseUrl } from '../net/http.ts'
import { plainText } from './plain-text.ts'

/** Where one stream's metadata is. */
export interface StreamAddress {
  stream: string
  /** In one spelling, ending in a slash, so that the same place is cached once. */
  baseUrl: string
  url: string
}

const streamName = plainText(100).refine((name) => !/[/\\]|\.\./.test(name))

/**
 * The address `<base><stream>.json`; the base may lack its last slash.
 * @throws usage for a name that could leave the base, or a base that is no http(s) directory
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
