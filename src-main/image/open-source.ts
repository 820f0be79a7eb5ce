import { KindlingError } from '../../src-shared/failure.ts'
import type { Ports } from '../ports.ts'
import { holdImage } from './cache/cache-contents.ts'
import { openFileSource, type AtEnd } from './source/file-source.ts'
import { askAs } from './source/ask-as.ts'
import { openHttpSource } from './source/http-source.ts'
import { createImageCache } from './cache/image-cache.ts'
import type { ServerSource, Source, SourcePlan } from './source.ts'

/**
 * Opens an image where it is nearest: the file itself, the cache, or its server.
 * @param keepOpen holds an image of the cache for a job, whoever else removes it
 * @throws source-unreadable, image-empty, and the failures of the network
 */
export async function openSource(
  ports: Ports,
  plan: SourcePlan,
  signal: AbortSignal,
  keepOpen: AtEnd | null = null,
): Promise<Source | ServerSource> {
  const local = await openLocalSource(ports, plan, keepOpen)
  return local ?? openHttpSource({ ...ports, http: askAs(ports.http, plan) }, plan.location, plan, signal)
}

/** Opens an image that is on this computer; null when it is not. @throws source-unreadable, image-empty */
export async function openLocalSource(
  ports: Ports,
  plan: SourcePlan,
  keepOpen: AtEnd | null = null,
): Promise<Source | null> {
  if (plan.kind === 'file') return openFileSource(plan.location)
  return plan.sha256 === null ? null : openCached(ports, plan.sha256.value, keepOpen)
}

/** Null when it is not there, or not any more, or not to be read: its server has it, too. */
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
