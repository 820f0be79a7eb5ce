import type { Catalog, CloudImage } from './artifact.ts'
import { plain } from './plain.ts'
import { findRelease } from './release-number.ts'

/** Time for which Fedora keeps AMIs: 24 months (coreos/fedora-coreos-tracker#99), in seconds. */
const keptAmi = 730 * 86_400

/** Value in the metadata of a cloud image, as one line that is safe to display and to copy. */
export interface CloudFact {
  /** Names that lead to the value, as they are in the metadata. */
  path: string[]
  value: string
}

/**
 * Lists the values of a cloud image, since their names differ between clouds. Nulls are left out.
 */
export function listFacts(image: unknown, path: string[] = []): CloudFact[] {
  if (image === null || image === undefined) return []
  if (typeof image !== 'object') return [{ path, value: plain(String(image)) }]
  return Object.entries(image).flatMap(([name, inner]) => listFacts(inner, [...path, name]))
}

/** Returns names of values as one line that is safe to display. */
export const nameFact = (path: string[]): string => plain(path.join('.'))

/** Returns the regions of a cloud that has them; otherwise an empty list. */
export const listRegions = (facts: CloudFact[]): string[] => [
  ...new Set(facts.flatMap(({ path: [first, region] }) => (first === 'regions' && region !== undefined ? region : []))),
]

/**
 * Returns the values of a region and those of every region. The path of a value of a region begins
 * in the region.
 */
export const factsIn = (facts: CloudFact[], region: string | null): CloudFact[] =>
  facts.flatMap(({ path, value }) => {
    if (path[0] !== 'regions') return { path, value }
    return path[1] === region ? { path: path.slice(2), value } : []
  })

/**
 * Returns the releases whose AMIs Fedora has probably deleted, each with the time since the day of
 * its packages, in whole seconds.
 * @param catalog – says how late it is
 */
export function findDeletedAmis(
  images: CloudImage[],
  { seenAt, ageSeconds }: Pick<Catalog, 'seenAt' | 'ageSeconds'>,
): { release: string; ageSeconds: number }[] {
  const facts = images.flatMap(({ platform, image }) => (platform === 'aws' ? listFacts(image) : []))
  const releases = new Set(facts.flatMap(({ path, value }) => (path.at(-1) === 'release' ? value : [])))
  return [...releases].flatMap((release) => {
    const built = Date.parse(findRelease(release)?.date ?? '')
    const age = Math.floor((seenAt - built) / 1000) + ageSeconds
    return age > keptAmi ? { release, ageSeconds: age } : []
  })
}
