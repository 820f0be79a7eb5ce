/** A byte range of a drive. */
export interface Extent {
  /** Offset in bytes. */
  offset: number
  /** Length in bytes. */
  length: number
}

/**
 * Appends a range that lies behind all others. If it touches the last range, that one is extended.
 */
export function addExtent(extents: Extent[], offset: number, length: number): void {
  const last = extents.at(-1)
  if (last !== undefined && last.offset + last.length === offset) last.length += length
  else extents.push({ offset, length })
}

/** Removes what lies at or behind an offset. */
export function cutExtents(extents: Extent[], end: number): void {
  const before = extents.filter(({ offset }) => offset < end)
  for (const extent of before) extent.length = Math.min(extent.length, end - extent.offset)
  extents.splice(0, Infinity, ...before)
}
