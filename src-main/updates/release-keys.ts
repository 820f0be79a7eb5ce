import { listPackaged, readPackaged } from '../files/packaged.ts'
import type { KeySources } from '../ports.ts'

const directory = 'assets/release-keys'

/**
 * Returns the keys that sign releases, pinned by their file names: `<fingerprint>.asc`. Without any
 * key, no update can be verified.
 */
export function releaseKeys(): KeySources {
  const fingerprints = listPackaged(directory).flatMap(
    (name) => /^([0-9A-F]{40}|[0-9A-F]{64})\.asc$/.exec(name)?.[1] ?? [],
  )
  return {
    // 0, because these keys do not belong to a release of Fedora.
    pinned: fingerprints.map((fingerprint) => ({ fingerprint, release: 0 })),
    bundled: async (fingerprint) => readPackaged(`${directory}/${fingerprint}.asc`),
    urls: () => [],
  }
}
