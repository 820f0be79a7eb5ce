import { join } from 'node:path'
import { z } from 'zod'
import type { Artifact, OlderRelease, Release, Releases } from '../../src-shared/artifact.ts'
import { KindlingError } from '../../src-shared/failure.ts'
import { compareReleases, findRelease, type ReleaseNumber } from '../../src-shared/release-number.ts'
import { parseMetadata } from './parse-stream.ts'
import { plainText } from './plain-text.ts'
import { readReleases } from './read-catalog.ts'
import { readSeen, type CatalogPorts, type CatalogWish } from './read-seen.ts'
import { updatesAddress } from './stream-address.ts'
import { dated, name } from './stream-file.ts'

const mark = z.object({ reason: plainText(500) }).nullish()

/** Schema of Fedora's update graph of a stream (coreos/fedora-coreos-cincinnati). */
const updatesFile = z.object({
  stream: name.nullish().catch(null),
  metadata: dated,
  releases: z.array(
    z.object({ version: name, metadata: z.object({ barrier: mark, deadend: mark }).nullish().catch(null) }),
  ),
})

/** Marks of single releases in the update graph of a stream, as `Release` has them. */
export type UpdateMarks = Map<string, Pick<Release, 'barrier' | 'deadEnd'>>

/** @throws metadata-malformed with the place of the first error */
export function parseUpdates(text: string | Uint8Array) {
  const { stream: stated = null, metadata, releases } = parseMetadata(text, updatesFile)
  const marks: UpdateMarks = new Map()
  for (const { version, metadata: about } of releases)
    if (about?.barrier || about?.deadend)
      marks.set(version, {
        ...(about.barrier && { barrier: about.barrier.reason }),
        ...(about.deadend && { deadEnd: about.deadend.reason }),
      })
  return { stated, lastModified: metadata?.['last-modified'] ?? null, marks }
}

/**
 * Returns the marks of the releases of a stream, under the rules of `readCatalog`. They are empty
 * if the server has no update graph: a mirror need not have one.
 */
export async function readUpdates(ports: CatalogPorts, wish: CatalogWish): Promise<UpdateMarks> {
  try {
    const { content } = await readSeen(ports, wish, {
      address: updatesAddress(wish.stream, wish.baseUrl),
      cache: join(ports.paths.cache, 'releases'),
      parse: parseUpdates,
      datable: ({ stated, lastModified }) => ({ stream: wish.stream, stated, lastModified, artifacts: [] }),
    })
    return content.marks
  } catch (error) {
    wish.signal?.throwIfAborted()
    if (error instanceof KindlingError) return new Map()
    throw error
  }
}

/**
 * Returns every release of a stream, with the marks of the update graph.
 * @throws as `readReleases`
 */
export async function listReleases(ports: CatalogPorts, wish: CatalogWish): Promise<Releases> {
  const updates = readUpdates(ports, wish)
  // Without an index the graph is of no use, but nothing may be stored after the failure.
  const index = await readReleases(ports, wish).finally(() => updates.catch(() => undefined))
  const marks = await updates
  return { ...index, releases: index.releases.map((each) => ({ ...each, ...marks.get(each.version) })) }
}

/**
 * Returns what the choice of a release means. Returns null if none was chosen, or if the stream has
 * no newer one.
 * @param artifacts – of the stream now
 */
export async function readOlder(
  ports: CatalogPorts,
  wish: CatalogWish & { release?: string | undefined },
  artifacts: Pick<Artifact, 'release'>[],
): Promise<OlderRelease | null> {
  const chosen = numberOf(wish.release ?? '')
  const latest = artifacts
    .flatMap(({ release }) => numberOf(release) ?? [])
    .toSorted(compareReleases)
    .at(-1)
  if (chosen === null || latest === undefined || compareReleases(chosen, latest) >= 0) return null
  const marks = await readUpdates(ports, wish)
  const barriers = [...marks].flatMap(([version, { barrier }]) => (barrier ? (numberOf(version) ?? []) : []))
  return {
    stream: wish.stream,
    release: chosen.text,
    now: latest.text,
    ageSeconds: Math.max(0, Math.floor((ports.now() - Date.parse(chosen.date)) / 1000)),
    barriers: barriers
      .filter((each) => compareReleases(each, chosen) > 0 && compareReleases(each, latest) < 0)
      .toSorted(compareReleases)
      .map(({ text }) => text),
    deadEnd: marks.get(chosen.text)?.deadEnd ?? null,
  }
}

function numberOf(release: string): ReleaseNumber | null {
  const found = findRelease(release)
  return found?.text === release ? found : null
}
