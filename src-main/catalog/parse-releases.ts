import { z } from 'zod'
import type { Release } from '../../src-shared/artifact.ts'
import { compareReleases, findRelease } from '../../src-shared/release-number.ts'
import { parseMetadata } from './parse-stream.ts'
import { plainText } from './plain-text.ts'
import { dated, name, webAddress } from './stream-file.ts'

/**
 * Schema of Fedora's index of the releases of a stream. Since 2025 the index may lack the commits
 * of a release (coreos/stream-metadata-go); unknown fields are ignored.
 */
const releasesFile = z.object({
  stream: name.nullish().catch(null),
  note: plainText(1000).nullish().catch(null),
  metadata: dated,
  releases: z.array(z.object({ version: name, metadata: webAddress })),
})

/** The content of an index of releases. */
export interface ReleasesContent {
  /** Requested name of the stream. */
  stream: string
  /** Stream that the index names as its own; null when it names none. */
  stated: string | null
  lastModified: string | null
  /** The publisher's own words about the index; null when it has none. */
  note: string | null
  /** Newest first. */
  releases: Release[]
}

/**
 * Parses the index of the releases of a stream.
 * @throws metadata-malformed with the place of the first error
 */
export function parseReleases(text: string | Uint8Array, stream: string): ReleasesContent {
  const { stream: stated = null, note = null, metadata, releases } = parseMetadata(text, releasesFile)
  const versions = releases.map(({ version }) => version)
  return {
    stream,
    stated,
    lastModified: metadata?.['last-modified'] ?? null,
    note,
    releases: releases
      // A version that is there twice is the first one of its name, here and for every command.
      .filter(({ version }, index) => versions.indexOf(version) === index)
      .map(({ version, metadata: location }) => ({ version, date: findRelease(version)?.date ?? null, location }))
      .toSorted(newestFirst),
  }
}

/** Versions that are not in Fedora's form come last, in the order of the index. */
function newestFirst({ version: one }: Release, { version: other }: Release): number {
  const [first, second] = [findRelease(one), findRelease(other)]
  if (first === null || second === null) return Number(first === null) - Number(second === null)
  return compareReleases(second, first)
}
