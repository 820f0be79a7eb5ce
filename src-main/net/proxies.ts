import type { buildConnector, Dispatcher } from 'undici'
import { KindlingError, reasonOf } from '../../src-shared/failure.ts'
import { say } from '../../src-shared/phrases.ts'
import { parseExceptions } from './proxy-exceptions.ts'

/** Proxies as an environment names them; an empty text for none. */
export interface Proxies {
  http: string
  https: string
  /** Hosts that are asked without one, as `parseExceptions` takes them. */
  exceptions: string
}

/** The proxies that http_proxy, https_proxy and no_proxy name, in lower or upper case; null where none is named. */
export function readProxies(environment: NodeJS.ProcessEnv): Proxies | null {
  const named = (name: string) => environment[name] || environment[name.toUpperCase()] || ''
  const [http, https] = [named('http_proxy'), named('https_proxy')]
  return http === '' && https === '' ? null : { http, https, exceptions: named('no_proxy') }
}

/**
 * Sends requests over connections, or through proxies. The address of a proxy without `http://` is one all the same, as
 * for curl. Plain HTTP is handed to the proxy to pass on, HTTPS goes through a tunnel (RFC 9110, 7.6 and 9.3.6).
 * @param connect makes the connections to servers, not those to proxies
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
      // An empty text: none, whatever the environment of this process says.
      httpProxy: address(http),
      httpsProxy: address(https),
      noProxy: '',
      // Few proxies make tunnels to port 80.
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
