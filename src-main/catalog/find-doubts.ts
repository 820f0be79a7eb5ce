import type { Artifact, Catalog } from '../../src-shared/artifact.ts'
import { say, type Phrase } from '../../src-shared/phrases.ts'
import { compareReleases, findRelease, isNumberedStream, type ReleaseNumber } from '../../src-shared/release-number.ts'

/** The facts of metadata that doubts are found by. */
export interface Datable extends Pick<Catalog, 'stream' | 'stated' | 'lastModified'> {
  artifacts: Pick<Artifact, 'architecture' | 'platform' | 'release'>[]
}

/**
 * Finds reasons to doubt that metadata are the current ones of the stream. Either they name another
 * stream, or they are older than metadata seen at the same URL before. Stream metadata are not
 * signed, so a mirror can serve any version that it ever had.
 * @param seen – the newest metadata seen before, or null
 * @param now – milliseconds since the epoch
 */
export function findDoubts(content: Datable, seen: Datable | null, now: number): Phrase[] {
  const { stream, stated } = content
  const doubts: Phrase[] = []
  // Only requests for Fedora's own streams are checked. A mirror may store an old stable.json under
  // a name of its own.
  if (stated !== null && stated !== stream && isNumberedStream(stream))
    doubts.push(say('stream-is-another', { stream, stated }))
  const older = seen === null ? null : findOlder(content, seen, now)
  if (older !== null) doubts.push(older)
  return doubts
}

function findOlder(content: Datable, seen: Datable, now: number): Phrase | null {
  const [releases, before] = [releasesOf(content.artifacts), releasesOf(seen.artifacts)]
  // Releases dated later than tomorrow are not credible: metadata cannot have been seen before
  // their release. The extra day allows for time zones.
  const tomorrow = new Date(now + 24 * 3600 * 1000).toISOString().slice(0, 10)
  let comparable = 0
  for (const [place, release] of releases) {
    const known = before.get(place)
    if (known === undefined || known.stream !== release.stream || known.date > tomorrow) continue
    comparable++
    if (compareReleases(release, known) < 0)
      return say('stream-is-older', { stream: content.stream, release: release.text, seen: known.text })
  }
  if (comparable > 0 || (content.stated ?? seen.stated) !== seen.stated) return null
  const [date, known] = [content.lastModified, seen.lastModified].map((each) =>
    each === null ? NaN : Date.parse(each),
  )
  if (!(date! < known!) || known! > now + 24 * 3600 * 1000) return null
  return say('stream-is-older', {
    stream: content.stream,
    release: content.lastModified!.slice(0, 10),
    seen: seen.lastModified!.slice(0, 10),
  })
}

/**
 * Returns the release of each platform of each architecture. Releases not in Fedora's form are
 * omitted.
 */
function releasesOf(artifacts: Datable['artifacts']): Map<string, ReleaseNumber> {
  const releases = new Map<string, ReleaseNumber>()
  for (const { architecture, platform, release } of artifacts) {
    const found = findRelease(release)
    if (found !== null) releases.set(JSON.stringify([architecture, platform]), found)
  }
  return releases
}
