import type { Artifact, Catalog } from '../../src-shared/artifact.ts'
import { KindlingError } from '../../src-shared/failure.ts'
import { say, type Phrase } from '../../src-shared/phrases.ts'

/** Which artifacts are wanted; a level that is left out wants them all. */
export interface Narrowing {
  architecture?: string | undefined
  platform?: string | undefined
  format?: string | undefined
}

const levels = ['architecture', 'platform', 'format'] as const

/**
 * The artifacts that are left after narrowing, in the catalog's order.
 * @throws artifact-unknown at the first level that leaves none, with what there is at that level
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
        wanted: wordWanted(level, name, within),
        available: [...new Set(left.map((artifact) => artifact[level]))],
      })
    left = matching
    within.unshift(name)
  }
  return left
}

/** @param within what it was looked for in: a platform, an architecture, or the one of the other */
function wordWanted(level: (typeof levels)[number], name: string, [first, second]: string[]): Phrase {
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
 * Every file of one format: one, or several for a format like `pxe`.
 * @throws artifact-unknown
 */
export const selectArtifacts: (catalog: Catalog, choice: Required<Narrowing>) => Artifact[] = filterArtifacts
