/**
 * Returns a version's section of the changelog, for use as release notes.
 * @param version – a heading of the changelog, or null for the unreleased changes
 * @throws when the changelog has no such section, so that no release is published without notes
 */
export function readReleaseNotes(changelog: string, version: string | null): string {
  const wanted = version ?? 'Unreleased'
  const parts = changelog.split(/^## /m).slice(1)
  const part = parts.find(
    (each) =>
      each
        .split('\n', 1)[0]!
        .split(/[ ,]/)[0]!
        .replace(/^\[(.*)\]$/, '$1') === wanted,
  )
  const text = part?.slice(part.indexOf('\n')).trim()
  if (!text) throw new Error(`CHANGELOG.md says nothing of ${wanted}`)
  return `${text}\n`
}
