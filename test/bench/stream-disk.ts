import { makeDiskFrame } from '../support/images/coreos-image.ts'
import { layExtents } from './disk-extents.ts'
import { filesOf } from './files-of.ts'
import { mib } from '../support/files/mib.ts'

/**
 * Free share of a CoreOS disk as published: most of the root partition's free space, and some of
 * every other partition's.
 */
const freeShare = 0.45

/**
 * Yields the bytes of a disk like Fedora CoreOS's in order, in parts of at most 1 MiB. It has
 * partition tables, 45 % zeros in long free stretches, and the files of this machine's /usr between
 * them.
 * @param size – in bytes, a multiple of 1 MiB
 */
export async function* streamDisk(size: number): AsyncGenerator<Buffer> {
  const { head, start, end, tail } = makeDiskFrame({ size })
  yield head
  let at = head.length
  const files = filesOf('/usr')
  let part: Buffer = Buffer.alloc(0)
  for (const extent of layExtents({ start, end }, Math.floor(size * freeShare))) {
    yield* zeros(extent.start - at)
    for (let left = extent.end - extent.start; left > 0;) {
      if (part.length === 0) part = (await files.next()).value
      const taken = part.subarray(0, left)
      yield taken
      part = part.subarray(taken.length)
      left -= taken.length
    }
    at = extent.end
  }
  await files.return(undefined as never)
  yield* zeros(size - tail.length - at)
  yield tail
}

const mibOfZeros = Buffer.alloc(mib)

function* zeros(length: number): Iterable<Buffer> {
  for (let left = length; left > 0; left -= mib) yield mibOfZeros.subarray(0, left)
}
