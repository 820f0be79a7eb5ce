import type { Artifact } from '../../src-shared/artifact.ts'
import { say, type Phrase } from '../../src-shared/phrases.ts'
import { compareReleases, findRelease, isNumberedStream, type ReleaseNumber } from '../../src-shared/release-number.ts'
import type { StreamContent } from './parse-stream.ts'

/**
 * Reasons why metadata may not be those of the stream as it is now: they name another stream, or
 * are older than metadata that were seen at the same address before. Nothing signs stream metadata,
 * so a mirror can serve any that it ever had.
 * @param seen – the newest metadata that were seen before; null when there are none
 * @param now – milliseconds since the epoch
 */
export function findDoubts(content: StreamContent, seen: StreamContent | null, now: number): Phrase[] {
  const { stream, stated } = content
  const doubts: Phrase[] = []
  // Only Fedora's own names are taken at their word: a mirror may keep an old stable.json under a
  // name of its own.
  if (stated !== null && stated !== stream && isNumberedStream(stream))
    doubts.push(say('stream-is-another', { stream, stated }))
  const older = seen === null ? null : findOlder(content, seen, now)
  if (older !== null) doubts.push(older)
  return doubts
}

function findOlder(content: StreamContent, seen: StreamContent, now: number): Phrase | null {
  const [releases, before] = [releasesOf(content.artifacts), releasesOf(seen.artifacts)]
  // One day for time zones. Metadata cannot have been seen before their release.
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

/** The release of each platform of each architecture, as far as it has Fedora's form. */
function releasesOf(artifacts: Artifact[]): Map<string, ReleaseNumber> {
  const releases = new Map<string, ReleaseNumber>()
  for (const { architecture, platform, release } of artifacts) {
    const found = findRelease(release)
    if (found !== null) releases.set(JSON.stringify([architecture, platform]), found)
  }
  return releases
}
