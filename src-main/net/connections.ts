import { lookup as lookUp, type LookupAddress } from 'node:dns'
import { isIP, type LookupFunction } from 'node:net'
import type { buildConnector, Dispatcher } from 'undici'
import { isLocalAddress } from './addresses.ts'
import { createLargeReads } from './large-reads.ts'
import { openDispatcher, type Proxies } from './proxies.ts'

export interface ConnectionOptions {
  /** None unless told otherwise. */
  proxies?: Proxies | null
  /** Certificates to trust, PEM; the system's unless told otherwise. */
  ca?: string
  /** Gives the addresses of a name; the system's unless told otherwise. */
  lookup?: LookupFunction
}

/** Connections to servers, kept open for the next request, that know whom they reached. */
export interface Connections {
  /** @param publicOnly refuses addresses of this computer and its networks, when it connects: a name may change its address */
  dispatcher(publicOnly: boolean): Promise<Dispatcher>
  /** Whether a server is on this computer or its own network: by the addresses that were connected to, else by its name. */
  isLocal(url: URL): Promise<boolean>
}

/** A server that only this computer or its neighbours reach, where somebody else named it. */
export class LocalAddressError extends Error {}

export function createConnections({
  proxies = null,
  ca,
  lookup = lookUp as LookupFunction,
}: ConnectionOptions = {}): Connections {
  /** By origin: whether every connection to it was local. */
  const reached = new Map<string, boolean>()
  const dispatchers = new Map<boolean, Promise<Dispatcher>>()

  async function open(publicOnly: boolean): Promise<Dispatcher> {
    // Loaded when it is needed: it takes longer to start than all the rest.
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
      // Behind a proxy names need not mean anything here.
      if (proxies !== null || isIP(hostname.replaceAll(/[[\]]/g, '')) !== 0) return false
      return new Promise((resolve) =>
        lookup(hostname, { all: true }, (error, found) =>
          resolve(error === null && addressesOf(found).every(isLocalAddress)),
        ),
      )
    },
  }
}

/** A host that is local by its name alone: an address, or one of the names for this computer (RFC 6761, 6.3). */
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
