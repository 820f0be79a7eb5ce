/** Number of a Fedora CoreOS release, `X.YYYYMMDD.S.N`. */
export interface ReleaseNumber {
  /** Complete number, as written. */
  text: string
  /** X: the Fedora release whose key signs the image. */
  fedora: number
  /** YYYYMMDD, in ISO 8601: the day of the release's packages. */
  date: string
  /** Stream that S stands for; null when S is unknown. */
  stream: string | null
  /** N: the build of that day, counted from 0. */
  revision: number
}

/**
 * Streams by S: https://github.com/coreos/fedora-coreos-tracker/blob/main/Design.md#version-numbers
 */
const streams = new Map([
  ['1', 'next'],
  ['2', 'testing'],
  ['3', 'stable'],
  ['10', 'next-devel'],
  ['20', 'testing-devel'],
  ['91', 'rawhide'],
  ['92', 'branched'],
])
const numbered = new Set(streams.values())

/** Returns whether release numbers have an S for this stream. */
export const isNumberedStream = (stream: string): boolean => numbered.has(stream)

/** Finds the first release number in a text. Returns null when there is none. */
export function findRelease(text: string): ReleaseNumber | null {
  const match = /(?<![\d.])(\d{2,3})\.(\d{4})(\d{2})(\d{2})\.(\d{1,3})\.(\d{1,4})(?![\d.]*\d)/.exec(text)
  if (match === null) return null
  const [found, fedora, year, month, day, stream, revision] = match as unknown as string[]
  const date = `${year}-${month}-${day}`
  if (Number.isNaN(Date.parse(date))) return null
  return {
    text: found!,
    fedora: Number(fedora),
    date,
    stream: streams.get(stream!) ?? null,
    revision: Number(revision),
  }
}

/**
 * Compares two releases by day, then by revision. Returns a negative number when the first is
 * older.
 */
export const compareReleases = (one: ReleaseNumber, other: ReleaseNumber): number =>
  one.date === other.date ? one.revision - other.revision : one.date < other.date ? -1 : 1
