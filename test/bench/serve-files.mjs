import { createReadStream, statSync } from 'node:fs'
import { createServer } from 'node:http'
import { join } from 'node:path'
import { pipeline } from 'node:stream'

// `node serve-files.mjs DIRECTORY`: serves a directory's files on loopback, with ranges, and prints
// its URL. It is a separate process so that its CPU time is not attributed to any contender.

const directory = process.argv[2]

const server = createServer((request, response) => {
  const path = join(directory, new URL(request.url, 'http://loopback').pathname)
  const found = statSync(path, { throwIfNoEntry: false })
  if (!found?.isFile()) return response.writeHead(404).end()
  const etag = `"${found.size}-${found.mtimeMs}"`
  const headers = { etag, 'accept-ranges': 'bytes', 'last-modified': found.mtime.toUTCString() }
  if (request.headers['if-none-match'] === etag) return response.writeHead(304, headers).end()
  const range = /^bytes=(\d*)-(\d*)$/.exec(request.headers.range ?? '')
  const isSuffix = range?.[1] === ''
  const start = isSuffix ? Math.max(0, found.size - Number(range[2])) : Number(range?.[1] ?? 0)
  const end = Math.min(found.size, isSuffix || !range?.[2] ? found.size : Number(range[2]) + 1)
  response.writeHead(range ? 206 : 200, {
    ...headers,
    'content-length': end - start,
    ...(range && { 'content-range': `bytes ${start}-${end - 1}/${found.size}` }),
  })
  if (request.method === 'HEAD' || start >= end) return response.end()
  pipeline(createReadStream(path, { start, end: end - 1, highWaterMark: 1024 * 1024 }), response, () => {})
})
server.listen(0, '127.0.0.1', () => console.log(`http://127.0.0.1:${server.address().port}/`))
