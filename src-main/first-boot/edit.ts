/** A change to bytes of a proved image. */
export interface Edit {
  /** In bytes, from the start of the drive. */
  offset: number
  bytes: Buffer
  /** The bytes of the image that `bytes` replaces, as many. */
  original: Buffer
}

/** Returns a copy of the start of an image with the edits that fall into it, wholly or in part. */
export function editHead(head: Uint8Array, edits: Edit[]): Uint8Array {
  const edited = Uint8Array.from(head)
  for (const { offset, bytes } of edits)
    if (offset < edited.length) edited.set(bytes.subarray(0, edited.length - offset), offset)
  return edited
}

/** Returns the edits, or the parts of them, that lie behind the first `start` bytes. */
export const editsBehind = (start: number, edits: Edit[]): Edit[] =>
  edits.flatMap(({ offset, bytes, original }) => {
    const cut = Math.max(0, start - offset)
    return cut < bytes.length
      ? [{ offset: offset + cut, bytes: bytes.subarray(cut), original: original.subarray(cut) }]
      : []
  })
