import { listPackaged, readPackaged } from '../files/packaged.ts'
import type { KeySources } from '../ports.ts'

const directory = 'assets/release-keys'

/** The keys that sign releases, pinned by the names of their files: `<fingerprint>.asc`. None: no update can be proved. */
export function releaseKeys(): KeySources {
  const fingerprints = listPackaged(directory).flatMap(
    (name) => /^([0-9A-F]{40}|[0-9A-F]{64})\.asc$/.exec(name)?.[1] ?? [],
  )
  return {
    // Of no release of Fedora.
    pinned: fingerprints.map((fingerprint) => ({ fingerprint, release: 0 })),
    bundled: async (fingerprint) => readPackaged(`${directory}/${fingerprint}.asc`),
    urls: () => [],
  }
}
