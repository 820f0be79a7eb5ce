import { createReadStream } from 'node:fs'
import { decodeXz } from '../../src-main/image/decode/decode-xz.ts'
import { withThreads } from '../../src-main/image/decode/plan-memory.ts'

// `node bench-decode.mjs IMAGE.xz THREADS [stated] [ahead]`: decodes an image like a write, and
// discards the bytes. Bundled by `./dev bench`.
// `stated`: as if the metadata stated its sha256, so the block checks are skipped.
// `ahead`: with enough memory for a whole block of Fedora's images.

/** Pieces of a ring that has room for a whole block and its dictionary. */
const framesOfLargeBlock = 192 + 10

const [path, threads, ...options] = process.argv.slice(2)
const chunks: AsyncIterable<Uint8Array> = createReadStream(path!, { highWaterMark: 1024 * 1024 })
const plan = withThreads(Number(threads))
if (options.includes('ahead')) plan.frames = framesOfLargeBlock
let size = 0
for await (const piece of decodeXz(chunks, plan, !options.includes('stated'))) {
  size += piece.bytes.length
  piece.release()
}
console.log(size)
