import type { buildConnector, Dispatcher } from 'undici'
import { KindlingError, reasonOf } from '../../src-shared/failure.ts'
import { say } from '../../src-shared/phrases.ts'
import { parseExceptions } from './proxy-exceptions.ts'

/** Proxies from environment variables; empty strings if not set. */
export interface Proxies {
  http: string
  https: string
  /** Hosts to connect to directly, in the format of `parseExceptions`. */
  exceptions: string
}

/**
 * Reads http_proxy, https_proxy and no_proxy, in lower or upper case. Returns null if neither proxy
 * is set.
 */
export function readProxies(environment: NodeJS.ProcessEnv): Proxies | null {
  const named = (name: string) => environment[name] || environment[name.toUpperCase()] || ''
  const [http, https] = [named('http_proxy'), named('https_proxy')]
  return http === '' && https === '' ? null : { http, https, exceptions: named('no_proxy') }
}

/**
 * Opens a dispatcher that sends requests directly or through proxies. The address of a proxy may
 * lack `http://`, as in curl. Plain HTTP requests are forwarded by the proxy; HTTPS uses a tunnel
 * (RFC 9110, 7.6 and 9.3.6).
 * @param connect – makes the connections to servers, not those to proxies
 * @throws usage
 */
export async function openDispatcher(proxies: Proxies | null, connect: buildConnector.connector): Promise<Dispatcher> {
  const { Agent } = await import('./undici-parts.ts')
  const direct = new Agent({ connect })
  if (proxies === null) return direct
  const { default: EnvHttpProxyAgent } = await import('undici/lib/dispatcher/env-http-proxy-agent.js')
  const { http, https, exceptions } = proxies
  const isException = parseExceptions(exceptions)
  const address = (text: string) => (text === '' || text.includes('://') ? text : `http://${text}`)
  try {
    const proxied = new EnvHttpProxyAgent({
      // An empty string means no proxy. Without it, undici would read the environment of this
      // process.
      httpProxy: address(http),
      httpsProxy: address(https),
      noProxy: '',
      // Few proxies allow tunnels to port 80.
      proxyTunnel: false,
      connect,
    })
    return proxied.compose((dispatch) => (options, handler) => {
      const isDirect = isException(new URL(String(options.origin)))
      return isDirect ? direct.dispatch(options, handler) : dispatch(options, handler)
    })
  } catch (error) {
    throw new KindlingError('usage', { reason: say('proxy-unusable', { reason: reasonOf(error) }) }, { cause: error })
  }
}
