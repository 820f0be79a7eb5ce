import type { buildConnector, Dispatcher } from 'undici'
import { KindlingError, reasonOf } from '../src-shared/failure.ts'
import { say } from '../src-shared/phrases.ts'

/** This machine is never behind a proxy, as in Go's net/http and in browsers. */
const loopback = ['localhost', '127.0.0.1', '[::1]']

/** Proxies as an environment names them; an empty text for none. */
export interface Proxies {
  http: string
  https: string
  /** Hosts that are asked without one, between commas. */
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
  if (proxies === null) {
    const { Agent } = await import('./undici-parts.ts')
    return new Agent({ connect })
  }
  const { default: EnvHttpProxyAgent } = await import('undici/lib/dispatcher/env-http-proxy-agent.js')
  const { http, https, exceptions } = proxies
  const address = (text: string) => (text === '' || text.includes('://') ? text : `http://${text}`)
  try {
    return new EnvHttpProxyAgent({
      // An empty text: none, whatever the environment of this process says.
      httpProxy: address(http),
      httpsProxy: address(https),
      noProxy: exceptions.trim() === '*' ? '*' : [exceptions, ...loopback].join(','),
      // Few proxies make tunnels to port 80.
      proxyTunnel: false,
      connect,
    })
  } catch (error) {
    throw new KindlingError('usage', { reason: say('proxy-unusable', { reason: reasonOf(error) }) }, { cause: error })
  }
}
