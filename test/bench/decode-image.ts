import { createReadStream } from 'node:fs'
import { decodeXz } from '../../src-main/image/decode/decode-xz.ts'
import { withThreads } from '../../src-main/image/decode/plan-memory.ts'

// `node bench-decode.mjs IMAGE.xz THREADS [stated]`: decodes an image like a write, and discards
// the bytes. Bundled by `./dev bench`.
// `stated`: as if the metadata stated its sha256, so the block checks are skipped.

const [path, threads, option] = process.argv.slice(2)
const chunks: AsyncIterable<Uint8Array> = createReadStream(path!, { highWaterMark: 1024 * 1024 })
let size = 0
for await (const piece of decodeXz(chunks, withThreads(Number(threads)), { checksBlocks: option !== 'stated' })) {
  size += piece.bytes.length
  piece.release()
}
console.log(size)
