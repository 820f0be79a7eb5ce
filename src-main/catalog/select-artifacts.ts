import type { Artifact, Catalog } from '../../src-shared/artifact.ts'
import { KindlingError } from '../../src-shared/failure.ts'
import { say, type Phrase } from '../../src-shared/phrases.ts'

/** The selection of artifacts. An omitted level selects everything. */
export interface Narrowing {
  architecture?: string | undefined
  platform?: string | undefined
  format?: string | undefined
}

const levels = ['architecture', 'platform', 'format'] as const

/**
 * Returns the selected artifacts, in the order of the catalog.
 * @throws artifact-unknown at the first level without a match, with the names available at that
 *   level
 */
export function filterArtifacts(catalog: Catalog, narrowing: Narrowing): Artifact[] {
  let left = catalog.artifacts
  const within: string[] = []
  for (const level of levels) {
    const name = narrowing[level]
    if (name === undefined) continue
    const matching = left.filter((artifact) => artifact[level] === name)
    if (matching.length === 0)
      throw new KindlingError('artifact-unknown', {
        stream: catalog.stream,
        wanted: describeWanted(level, name, within),
        available: [...new Set(left.map((artifact) => artifact[level]))],
      })
    left = matching
    within.unshift(name)
  }
  return left
}

/**
 * Formats the name that was not found, for the failure.
 * @param within – the levels already selected, innermost first: none, an architecture, or a
 *   platform and its architecture
 */
function describeWanted(level: (typeof levels)[number], name: string, [first, second]: string[]): Phrase {
  if (level === 'architecture') return say('wanted-architecture', { name })
  if (level === 'platform')
    return first === undefined
      ? say('wanted-platform', { name })
      : say('wanted-platform-for', { name, architecture: first })
  if (first === undefined) return say('wanted-format', { name })
  return second === undefined
    ? say('wanted-format-for', { name, part: first })
    : say('wanted-format-for-both', { name, platform: first, architecture: second })
}

/**
 * Returns every file of one format: usually one, several for a format like `pxe`.
 * @throws artifact-unknown
 */
export const selectArtifacts: (catalog: Catalog, choice: Required<Narrowing>) => Artifact[] = filterArtifacts
