/**
 * A version's part of the changelog, as notes of its release.
 * @param version a heading of it, or null for what is not released yet
 * @throws when the changelog has no such part, so that no release goes out without notes
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
