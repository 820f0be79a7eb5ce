import { createReadStream } from 'node:fs'
import { decodeXz } from '../../src-main/image/decode-xz.ts'
import { withThreads } from '../../src-main/image/plan-memory.ts'

// `node bench-decode.mjs IMAGE.xz THREADS`: decodes an image as a write does, and drops the bytes. Bundled by `./dev bench`.

const [path, threads] = process.argv.slice(2)
const chunks: AsyncIterable<Uint8Array> = createReadStream(path!, { highWaterMark: 1024 * 1024 })
let size = 0
for await (const piece of decodeXz(chunks, withThreads(Number(threads)))) {
  size += piece.bytes.length
  piece.release()
}
console.log(size)
