import { join } from 'node:path'
import { z } from 'zod'
import type { Artifact } from '../../src-shared/artifact.ts'
import type { FileSize } from '../../src-shared/api.ts'
import { readAgreed } from '../catalog/select-agreed.ts'
import { makeDirectory } from '../files/make-directory.ts'
import { readSmallFile, replaceFile } from '../files/regular-file.ts'
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
const mostKept = 2000
const mostBytes = 1024 * 1024
/** Time limit for all requests together, in milliseconds. */
const patience = 30_000

const keptSizes = z.array(z.object({ sha256: z.string().max(64), size: z.number() })).max(mostKept)
const fileIn = (cacheDirectory: string) => join(cacheDirectory, 'file-sizes.json')

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
  const kept = new Map((await recall(ports.paths.cache)).map(({ sha256, size }) => [sha256, size]))
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
  await remember(ports.paths.cache, fresh)
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

async function recall(cacheDirectory: string): Promise<FileSize[]> {
  try {
    return keptSizes.parse(JSON.parse((await readSmallFile(fileIn(cacheDirectory), mostBytes)).toString('utf8')))
  } catch {
    return []
  }
}

/** Adds sizes to the cache. If they cannot be stored, they are requested again later. */
async function remember(cacheDirectory: string, fresh: FileSize[]): Promise<void> {
  if (fresh.length === 0) return
  try {
    const before = await recall(cacheDirectory)
    await makeDirectory(cacheDirectory)
    await replaceFile(fileIn(cacheDirectory), JSON.stringify([...fresh, ...before].slice(0, mostKept)))
  } catch {
    return
  }
}
