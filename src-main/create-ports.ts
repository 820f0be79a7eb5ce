import { setTimeout as delay } from 'node:timers/promises'
import pinned from '../assets/fedora-signing-keys.json' with { type: 'json' }
import manifest from '../package.json' with { type: 'json' }
import { parseCacheLimit } from './settings/cache-limit.ts'
import { createDrivesLater } from './drives-later.ts'
import { createHttp } from './net/http.ts'
import { keyUrls } from './image/proof/key-urls.ts'
import { ownPaths } from './settings/own-paths.ts'
import { readBundledKey } from './files/packaged.ts'
import { readProxies } from './net/proxies.ts'
import type { Ports } from './ports.ts'
import type { Elevation } from './privileged/elevation.ts'

/**
 * Creates the real ports: this machine's clock, network, directories and drives.
 * @param elevation – the host's way to ask the user for permission to open a drive
 */
export function createPorts(elevation: Elevation, environment = process.env): Ports {
  return {
    now: () => Date.now(),
    sleep: (milliseconds, signal) =>
      delay(milliseconds, undefined, signal && { signal }).catch(() => Promise.reject(signal?.reason as unknown)),
    random: Math.random,
    http: createHttp({ proxies: readProxies(environment) }),
    paths: ownPaths(process.platform, environment),
    cacheLimit: () => parseCacheLimit(environment['KINDLING_CACHE_LIMIT']),
    drives: createDrivesLater({ elevation }),
    keys: {
      pinned,
      bundled: readBundledKey,
      urls: keyUrls,
    },
    version: manifest.version,
    environment: {
      streamBaseUrl: environment['KINDLING_STREAM_BASE_URL'] || null,
      keyring: environment['KINDLING_KEYRING'] || null,
      cacheLimit: environment['KINDLING_CACHE_LIMIT']?.trim() || null,
    },
  }
}
