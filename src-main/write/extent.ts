/** A part of a drive. */
export interface Extent {
  /** Bytes. */
  offset: number
  /** Bytes. */
  length: number
}

/** Adds what lies behind all the others; where it touches the last one, that grows. */
export function addExtent(extents: Extent[], offset: number, length: number): void {
  const last = extents.at(-1)
  if (last !== undefined && last.offset + last.length === offset) last.length += length
  else extents.push({ offset, length })
}
