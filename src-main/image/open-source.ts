import type { Ports } from '../ports.ts'
import { openFileSource } from './file-source.ts'
import { openHttpSource } from './http-source.ts'
import { createImageCache, type CacheEntry } from './image-cache.ts'
import type { Source, SourcePlan } from './source.ts'

/**
 * Opens an image where it is nearest: the file itself, the cache, or its server.
 * @throws source-unreadable, image-empty, and the failures of the network
 */
export async function openSource(ports: Ports, plan: SourcePlan, signal: AbortSignal): Promise<Source> {
  if (plan.kind === 'file') return openFileSource(plan.location)
  const cached = plan.sha256 === null ? null : await createImageCache(ports).find(plan.sha256.value)
  if (cached !== null) return openFileSource(cached, true)
  return openHttpSource(ports, plan.location, plan.retries, signal)
}

/**
 * Writes every chunk to the cache on its way. A cache that fails costs the next download, not this job.
 * @param onFailure told once
 */
export async function* keepInCache(
  chunks: AsyncIterable<Uint8Array>,
  entry: CacheEntry,
  onFailure: (error: unknown) => void,
): AsyncGenerator<Uint8Array> {
  let failed = false
  for await (const chunk of chunks) {
    if (!failed)
      await entry.write(chunk).catch((error: unknown) => {
        failed = true
        onFailure(error)
      })
    yield chunk
  }
}
