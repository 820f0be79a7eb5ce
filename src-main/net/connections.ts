import { lookup as lookUp, type LookupAddress } from 'node:dns'
import { isIP, type LookupFunction } from 'node:net'
import type { buildConnector, Dispatcher } from 'undici'
import { isLocalAddress } from './addresses.ts'
import { createLargeReads } from './large-reads.ts'
import { openDispatcher, type Proxies } from './proxies.ts'

export interface ConnectionOptions {
  /** Proxies. Default: none. */
  proxies?: Proxies | null
  /** Trusted certificates, in PEM. Default: those of the system. */
  ca?: string
  /** Resolves a host name. Default: the resolver of the system. */
  lookup?: LookupFunction
}

/** Keep-alive connections to servers. They record which addresses they connected to. */
export interface Connections {
  /**
   * Returns the dispatcher for requests.
   * @param publicOnly – refuses addresses of this computer and its own networks. The check is made
   *   at the time of connecting, because a name may change its address.
   */
  dispatcher(publicOnly: boolean): Promise<Dispatcher>
  /**
   * Returns whether a server is on this computer or its own network. The answer comes from the
   * addresses of its connections, or from its name if there was no connection yet.
   */
  isLocal(url: URL): Promise<boolean>
}

/** A public server supplied the URL of a server on this computer or its own network. */
export class LocalAddressError extends Error {}

export function createConnections({
  proxies = null,
  ca,
  lookup = lookUp as LookupFunction,
}: ConnectionOptions = {}): Connections {
  /** By origin: true if every connection to it was local. */
  const reached = new Map<string, boolean>()
  const dispatchers = new Map<boolean, Promise<Dispatcher>>()

  async function open(publicOnly: boolean): Promise<Dispatcher> {
    // Loaded on first use: undici takes longer to load than the rest of the program.
    const { buildConnector } = await import('./undici-parts.ts')
    const connect = buildConnector({
      lookup: publicOnly ? refuseLocal(lookup) : lookup,
      ...(ca !== undefined && { ca }),
      onread: createLargeReads(),
    })
    const watched: buildConnector.connector = (options, callback) => {
      connect(options, (...answer) => {
        const address = answer[1]?.remoteAddress
        if (address !== undefined) {
          const origin = `${options.protocol}//${options.host}`
          reached.set(origin, isLocalAddress(address) && reached.get(origin) !== false)
        }
        callback(...answer)
      })
    }
    return openDispatcher(proxies, watched)
  }

  return {
    dispatcher(publicOnly) {
      const opened = dispatchers.get(publicOnly) ?? open(publicOnly)
      dispatchers.set(publicOnly, opened)
      return opened
    },
    async isLocal({ origin, hostname }) {
      const known = reached.get(origin)
      if (known !== undefined) return known
      if (namesLocal(hostname)) return true
      // Behind a proxy, a name need not be resolvable here.
      if (proxies !== null || isIP(hostname.replaceAll(/[[\]]/g, '')) !== 0) return false
      return new Promise((resolve) =>
        lookup(hostname, { all: true }, (error, found) =>
          resolve(error === null && addressesOf(found).every(isLocalAddress)),
        ),
      )
    },
  }
}

/**
 * Returns whether a host is local by its name alone: a local IP address, or a name of this computer
 * (RFC 6761, 6.3).
 */
export function namesLocal(hostname: string): boolean {
  const host = hostname.replaceAll(/[[\]]/g, '').replace(/\.$/, '')
  return isIP(host) === 0 ? /(^|\.)localhost$/i.test(host) : isLocalAddress(host)
}

const refuseLocal =
  (lookup: LookupFunction): LookupFunction =>
  (hostname, options, callback) =>
    lookup(hostname, options, (error, found, family) => {
      if (error === null && addressesOf(found).some(isLocalAddress))
        error = Object.assign(new LocalAddressError(hostname), { code: 'ELOCAL' })
      callback(error, found, family)
    })

const addressesOf = (found: string | LookupAddress[]): string[] =>
  typeof found === 'string' ? [found] : found.map(({ address }) => address)
