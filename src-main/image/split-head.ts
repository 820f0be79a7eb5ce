/**
 * Takes the first bytes off a stream; the rest goes on from there.
 * @param length bytes; fewer are given when the stream ends before
 */
export async function splitHead(
  chunks: AsyncIterator<Uint8Array>,
  length: number,
): Promise<{ head: Uint8Array; rest: AsyncIterable<Uint8Array> }> {
  const head = new Uint8Array(length)
  let filled = 0
  let over: Uint8Array = new Uint8Array()
  while (filled < length) {
    const { done, value } = await chunks.next()
    if (done) break
    const part = value.subarray(0, length - filled)
    head.set(part, filled)
    filled += part.length
    over = value.subarray(part.length)
  }
  async function* rest() {
    if (over.length > 0) yield over
    for (;;) {
      const { done, value } = await chunks.next()
      if (done) return
      yield value
    }
  }
  return { head: head.subarray(0, filled), rest: rest() }
}
