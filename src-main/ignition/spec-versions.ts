/** Newest minor version of Ignition's spec 3 that is known here. */
export const newestSpec = 6
/** Version for a config whose release is not known: accepted since the spring of 2023. */
export const safeSpec = 4

export const nameSpec = (minor: number): string => `3.${minor}.0`

/**
 * Month in which Fedora CoreOS accepted each minor version first, by the Ignition in the lockfiles
 * of its stable stream (coreos/fedora-coreos-config), as YYYYMM. Two came by an override whose
 * release is not certain: `last` is the month in which they were there at the latest.
 */
const months: { minor: number; first: number; last: number }[] = [
  { minor: 1, first: 202006, last: 202006 },
  { minor: 2, first: 202011, last: 202011 },
  { minor: 3, first: 202107, last: 202107 },
  { minor: 4, first: 202303, last: 202303 },
  { minor: 5, first: 202411, last: 202412 },
  { minor: 6, first: 202603, last: 202604 },
]

/** Newest versions of the spec that a release accepts. */
export interface AcceptedSpecs {
  /** Minor version that it certainly accepts. */
  certain: number
  /** Minor version that it may accept. */
  possible: number
}

/**
 * Returns the newest versions that a release accepts, by the date in its name
 * (`44.20260510.3.0`); null if the name has none.
 */
export function specsOf(release: string): AcceptedSpecs | null {
  const month = Number(/^\d{2}\.(20\d{4})\d{2}\.\d+\.\d+$/.exec(release)?.[1] ?? Number.NaN)
  if (Number.isNaN(month)) return null
  const newest = (accepted: (each: (typeof months)[number]) => boolean) =>
    Math.max(0, ...months.filter(accepted).map(({ minor }) => minor))
  return { certain: newest(({ last }) => month > last), possible: newest(({ first }) => month >= first) }
}
