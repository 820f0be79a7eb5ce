import type { Dispatcher } from 'undici'
import { KindlingError, reasonOf } from '../src-shared/failure.ts'

/** This machine is never behind a proxy, as in Go's net/http and in browsers. */
const loopback = ['localhost', '127.0.0.1', '[::1]']

/**
 * The proxies that http_proxy, https_proxy and no_proxy name, in lower or upper case; nothing where none is named. An
 * address without `http://` is one all the same, as for curl. Plain HTTP is handed to the proxy to pass on, HTTPS goes
 * through a tunnel (RFC 9110, 7.6 and 9.3.6).
 * @returns a function that throws usage
 */
export function createProxies(environment: NodeJS.ProcessEnv): () => Promise<Dispatcher | undefined> {
  const named = (name: string) => environment[name] || environment[name.toUpperCase()] || undefined
  const [http, https] = [named('http_proxy'), named('https_proxy')]
  if (http === undefined && https === undefined) return async () => undefined
  let agent: Promise<Dispatcher> | undefined
  return () => (agent ??= openAgent(http, https, named('no_proxy') ?? ''))
}

async function openAgent(http: string | undefined, https: string | undefined, exceptions: string): Promise<Dispatcher> {
  const { EnvHttpProxyAgent } = await import('undici')
  const noProxy = exceptions.trim() === '*' ? '*' : [exceptions, ...loopback].join(',')
  const address = (text: string) => (text.includes('://') ? text : `http://${text}`)
  try {
    return new EnvHttpProxyAgent({
      // An empty text: none, whatever the environment of this process says.
      httpProxy: http === undefined ? '' : address(http),
      httpsProxy: https === undefined ? '' : address(https),
      noProxy,
      // Few proxies make tunnels to port 80.
      proxyTunnel: false,
    })
  } catch (error) {
    throw new KindlingError(
      'usage',
      { reason: `The proxy that http_proxy or https_proxy names cannot be used: ${reasonOf(error)}` },
      { cause: error },
    )
  }
}
