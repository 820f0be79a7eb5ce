import { KindlingError } from '../../src-shared/failure.ts'
import type { Ports } from '../ports.ts'
import { holdImage } from './cache/cache-contents.ts'
import { openFileSource, type AtEnd } from './source/file-source.ts'
import { openOnServer } from './source/open-on-server.ts'
import { createImageCache } from './cache/image-cache.ts'
import type { ServerSource, Source, SourcePlan } from './source/source.ts'

/**
 * Opens an image from the nearest place: the local file, the cache or its server.
 * @param keepOpen – registers cleanup for the end of the job. A cached image stays open until then,
 *   even if another process removes it.
 * @throws source-unreadable, image-empty, and the failures of the network
 */
export async function openSource(
  ports: Ports,
  plan: SourcePlan,
  signal: AbortSignal,
  keepOpen: AtEnd | null = null,
): Promise<Source | ServerSource> {
  const local = await openLocalSource(ports, plan, keepOpen)
  return local ?? openOnServer(ports, plan, signal)
}

/**
 * Opens an image that is on this computer: a file or a cached image.
 * @returns null if the image is not on this computer
 * @throws source-unreadable, image-empty
 */
export async function openLocalSource(
  ports: Ports,
  plan: SourcePlan,
  keepOpen: AtEnd | null = null,
): Promise<Source | null> {
  if (plan.kind === 'file') return openFileSource(plan.location)
  return plan.sha256 === null ? null : openCached(ports, plan.sha256.value, keepOpen)
}

/**
 * Opens a cached image. Returns null if it is missing, was just removed or is unreadable: the
 * server still has the image.
 */
async function openCached(ports: Ports, sha256: string, keepOpen: AtEnd | null): Promise<Source | null> {
  const path = await createImageCache(ports).find(sha256)
  if (path === null) return null
  try {
    const source = await openFileSource(path, true, keepOpen)
    const release = keepOpen === null ? null : holdImage(path)
    keepOpen?.(async () => release?.())
    return source
  } catch (error) {
    if (error instanceof KindlingError) return null
    throw error
  }
}
