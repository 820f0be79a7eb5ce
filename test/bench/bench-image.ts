import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { mkdir, open, readFile, rename, rm, stat, writeFile } from 'node:fs/promises'
import { homedir } from 'node:os'
import { basename, join } from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { makeRawImage } from '../support/coreos-image.ts'

/** A compressed image and what it must become on a drive. Sizes are bytes, hashes lower-case hexadecimal. */
export interface BenchImage {
  path: string
  size: number
  sha256: string
  rawSize: number
  rawSha256: string
}

const mib = 1024 * 1024
/** As Fedora compresses: this preset's dictionaries are 64 MiB, and three of them make a block. */
const xzArguments = ['-9', '-T2', '--block-size=192MiB', '--check=crc64', '--stdout']

/** A CoreOS-like image, kept from run to run, since compressing it takes minutes. @param size MiB */
export async function makeBenchImage(size: number, signal: AbortSignal): Promise<BenchImage> {
  const directory = join(process.env['XDG_CACHE_HOME'] || join(homedir(), '.cache'), 'kindling-dev', 'bench')
  const path = join(directory, `coreos-like-${size}-mib.raw.xz`)
  // Written last: with it the image is complete.
  const card = `${path}.json`
  const known = await readFile(card, 'utf8').catch(() => null)
  if (known !== null) return { ...(JSON.parse(known) as BenchImage), path }

  await mkdir(directory, { recursive: true })
  const raw = makeRawImage({ size: size * mib })
  const partial = `${path}.${process.pid}`
  try {
    await compress(raw, partial, signal)
    const image = {
      path,
      size: (await stat(partial)).size,
      sha256: await hash(createReadStream(partial, { signal })),
      rawSize: raw.length,
      rawSha256: await hash(slices(raw)),
    }
    await rename(partial, path)
    await writeFile(card, JSON.stringify(image))
    return image
  } finally {
    await rm(partial, { force: true })
  }
}

/** An .xz of one's own. @throws when xz does not take it */
export async function measureOwnImage(path: string, signal: AbortSignal): Promise<BenchImage> {
  const xz = spawn('xz', ['-dc', '-T0', path], { stdio: ['ignore', 'pipe', 'inherit'], signal })
  const ended = ending(xz)
  let rawSize = 0
  async function* counted() {
    for await (const chunk of xz.stdout as AsyncIterable<Buffer>) {
      rawSize += chunk.length
      yield chunk
    }
  }
  const [rawSha256, sha256] = await Promise.all([
    hash(counted()),
    hash(createReadStream(path, { signal, highWaterMark: mib })),
    ended,
  ])
  return { path, size: (await stat(path)).size, sha256, rawSize, rawSha256 }
}

export const describeImage = ({ path, size, rawSize }: BenchImage): string =>
  `${basename(path)}: ${Math.round(rawSize / mib)} MiB in ${Math.round(size / mib)} MiB`

async function compress(raw: Buffer, path: string, signal: AbortSignal): Promise<void> {
  const file = await open(path, 'w')
  try {
    const xz = spawn('xz', xzArguments, { stdio: ['pipe', file.fd, 'inherit'], signal })
    await Promise.all([ending(xz), pipeline(Readable.from(slices(raw)), xz.stdin!, { signal })])
  } finally {
    await file.close()
  }
}

function* slices(bytes: Buffer): Iterable<Buffer> {
  for (let at = 0; at < bytes.length; at += mib) yield bytes.subarray(at, at + mib)
}

async function hash(chunks: AsyncIterable<Buffer> | Iterable<Buffer>): Promise<string> {
  const sha256 = createHash('sha256')
  for await (const chunk of chunks) sha256.update(chunk)
  return sha256.digest('hex')
}

const ending = (xz: ReturnType<typeof spawn>): Promise<void> =>
  new Promise((settle, reject) => {
    xz.on('error', reject)
    xz.on('close', (code) => (code === 0 ? settle() : reject(new Error(`xz ended with ${code}`))))
  })
