import { isProofFailure } from '../../src-shared/failure.ts'
import { createImageCache } from './cache/image-cache.ts'
import { openSource } from './open-source.ts'
import { tapChunks, startFileProofs, type FileDigest } from './proof/proofs.ts'
import { isOnServer, type ServerSource, type Source, type SourcePlan } from './source/source.ts'
import { readTrust, type Trust } from './proof/trust.ts'
import type { Ports } from '../ports.ts'
import { unknownEta } from '../../src-shared/progress.ts'
import type { ReadingEvents } from './reading-events.ts'
import { storeInCache, type DownloadStore, type StoredSource } from './download-store.ts'

/** Opens the store for the bytes of a server; null if they are not stored. */
export type OpenStore = (source: ServerSource, trust: Trust) => Promise<DownloadStore | null>

/**
 * Opens an image. A local image is proved as a whole first. An image on the network is proved while
 * it streams (`proved` is null); a partial download left by an earlier job is checked now. A
 * damaged file in the cache is deleted and downloaded again.
 * @param openStore – opens the store for the download; the cache by default
 * @throws sha256-mismatch, signature-bad, and the source's failures
 */
export async function openProvedSource(
  ports: Ports,
  plan: SourcePlan,
  trust: Trust,
  events: ReadingEvents,
  openStore: OpenStore = (source, trust) => storeInCache(ports, plan, trust, source, events),
): Promise<{ source: Source; proved: FileDigest | null; trust: Trust }> {
  const source = await openSource(ports, plan, events.signal, events.atEnd)
  if (!source.local) return { source: await attach(source, trust, openStore), proved: null, trust }
  try {
    events.enter('prove', source.size, unknownEta)
    events.setBottleneck(() => 'source')
    return { source, proved: await proveWhole(plan, trust, source, events), trust }
  } catch (error) {
    if (!source.fromCache || !isProofFailure(error) || plan.sha256 === null) throw error
    await createImageCache(ports).forget(plan.sha256.value)
    events.warn('cache-damaged')
    // The signature stored with it was deleted as well, and may have been the damaged part.
    const fresh = await readTrust(ports, plan, events.signal)
    const again = await openSource(ports, plan, events.signal, events.atEnd)
    return { source: await attach(again, fresh, openStore), proved: null, trust: fresh }
  }
}

async function attach(source: Source, trust: Trust, keep: OpenStore): Promise<Source | StoredSource> {
  if (!isOnServer(source)) return source
  const store = await keep(source, trust)
  return store === null ? source : { ...source, store }
}

async function proveWhole(plan: SourcePlan, trust: Trust, source: Source, events: ReadingEvents): Promise<FileDigest> {
  const proofs = startFileProofs(plan, trust)
  for await (const chunk of tapChunks(source.chunks(events.signal), proofs)) events.advance(chunk.length)
  const found = await proofs.conclude()
  earnFileProofs(plan, trust, events)
  return found
}

/** Reports which proofs of the file as published hold. */
export function earnFileProofs(plan: SourcePlan, trust: Trust, events: ReadingEvents): void {
  if (plan.sha256 !== null) events.earn('sha256', { from: plan.sha256.from })
  const signedBy = trust.signature?.signedBy ?? trust.list?.signedBy
  if (signedBy) events.earn('signature', { ...signedBy, ofList: trust.signature === null })
}
