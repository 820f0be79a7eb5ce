import { join } from 'node:path'
import { z } from 'zod'
import type { Artifact } from '../../src-shared/artifact.ts'
import type { FileSize } from '../../src-shared/api.ts'
import { readAgreed } from '../catalog/select-agreed.ts'
import { JsonList } from '../files/json-list.ts'
import { openHttpSource } from '../image/source/http-source.ts'
import { requestAs } from '../image/source/request-as.ts'
import { parseUrl } from '../net/http.ts'
import type { Ports } from '../ports.ts'

export interface SizesWish {
  stream: string
  release: string | undefined
  baseUrl: string
  architecture: string
  platform: string
}

/** Maximum number of files that one call asks about. A platform has about six. */
const mostAsked = 20
/** Time limit for all requests together, in milliseconds. */
const patience = 30_000

const keptSize = z.object({ sha256: z.string().max(64), size: z.number() })
const keptIn = (cacheDirectory: string) =>
  new JsonList(join(cacheDirectory, 'file-sizes.json'), keptSize, { mostItems: 2000, mostBytes: 1024 * 1024 })

/**
 * Returns the sizes of the files of one platform, which no metadata state. Each file is asked about
 * once: the size belongs to the hash, and is remembered. A file whose size the server does not tell
 * is left out.
 * @throws the failures of the catalog as it was last seen
 */
export async function askSizes(ports: Ports, { architecture, platform, ...wish }: SizesWish): Promise<FileSize[]> {
  const catalog = await readAgreed(ports, { ...wish, offline: true })
  const files = catalog.artifacts
    .filter((artifact) => artifact.platform === platform && artifact.architecture === architecture)
    .slice(0, mostAsked)
  const keptSizes = keptIn(ports.paths.cache)
  const kept = new Map((await keptSizes.read()).map(({ sha256, size }) => [sha256, size]))
  const signal = AbortSignal.timeout(patience)
  const referrer = { url: catalog.baseUrl, isPublic: catalog.isPublic }
  const asking = { ...ports, http: requestAs(ports.http, { referrer }) }
  const fresh: FileSize[] = []
  const found = await Promise.all(
    files.map(async ({ location, sha256 }: Artifact) => {
      const before = kept.get(sha256)
      if (before !== undefined) return { sha256, size: before }
      const size = await askSize(asking, location, signal)
      if (size === null) return null
      fresh.push({ sha256, size })
      return { sha256, size }
    }),
  )
  // Sizes that cannot be stored are requested again later.
  if (fresh.length > 0) await keptSizes.change((before) => [...fresh, ...before]).catch(() => {})
  return found.filter((each) => each !== null)
}

/** Returns the size of a file; null if its address is unusable or the server does not tell it. */
async function askSize(ports: Ports, location: string, signal: AbortSignal): Promise<number | null> {
  try {
    return (await openHttpSource(ports, parseUrl(location).href, { retries: 0 }, signal)).size
  } catch {
    return null
  }
}
