/** The number of a Fedora CoreOS release, `X.YYYYMMDD.S.N`. */
export interface ReleaseNumber {
  /** The number as it was written. */
  text: string
  /** X: the Fedora release whose key signs it. */
  fedora: number
  /** ISO 8601: the day of its packages. */
  date: string
  /** The stream that S stands for; null for an S that is not known. */
  stream: string | null
  /** N: builds of the same day count up from 0. */
  revision: number
}

/**
 * S by stream: https://github.com/coreos/fedora-coreos-tracker/blob/main/Design.md#version-numbers
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

/** Tells whether release numbers name this stream. */
export const isNumberedStream = (stream: string): boolean => numbered.has(stream)

/** Finds the first release number in a text; null when there is none. */
export function findRelease(text: string): ReleaseNumber | null {
  const match = /(?<![\d.])(\d{2,3})\.(\d{4})(\d{2})(\d{2})\.(\d{1,3})\.(\d{1,4})(?![\d.]*\d)/.exec(text)
  if (match === null) return null
  const [found, fedora, year, month, day, stream, revision] = match as unknown as string[]
  return {
    text: found!,
    fedora: Number(fedora),
    date: `${year}-${month}-${day}`,
    stream: streams.get(stream!) ?? null,
    revision: Number(revision),
  }
}

/** Compares the days of two releases, then their revisions: negative where the first is older. */
export const compareReleases = (one: ReleaseNumber, other: ReleaseNumber): number =>
  one.date === other.date ? one.revision - other.revision : one.date < other.date ? -1 : 1
