import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { mkdir, open, readFile, rename, rm, stat, writeFile } from 'node:fs/promises'
import { homedir } from 'node:os'
import { basename, join } from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { measureRaw, type RawMeasure } from './measure-raw.ts'
import { streamDisk } from './stream-disk.ts'
import { mib } from '../support/files/mib.ts'

/**
 * A compressed image and its decompressed size and hash. Sizes are in bytes, hashes in lower-case
 * hexadecimal.
 */
export interface BenchImage extends RawMeasure {
  path: string
  size: number
  sha256: string
}

/**
 * Fedora's options. This preset has a dictionary of 64 MiB, and a block is three dictionaries long.
 */
const xzArguments = ['-9', '-T2', '--block-size=192MiB', '--check=crc64', '--stdout']

/**
 * Makes a CoreOS-like image. It is cached between runs, because compressing it takes minutes.
 * @param size – in MiB
 */
export async function makeBenchImage(size: number, signal: AbortSignal): Promise<BenchImage> {
  const directory = join(process.env['XDG_CACHE_HOME'] || join(homedir(), '.cache'), 'kindling-dev', 'bench')
  const path = join(directory, `disk-${size}-mib.raw.xz`)
  // Written last, so that its existence marks the image as complete.
  const card = `${path}.json`
  const known = await readFile(card, 'utf8').catch(() => null)
  if (known !== null) return { ...(JSON.parse(known) as BenchImage), path }

  await mkdir(directory, { recursive: true })
  const partial = `${path}.${process.pid}`
  try {
    const raw = await compress(streamDisk(size * mib), partial, signal)
    const image = { path, ...(await measureFile(partial, signal)), ...raw }
    await rename(partial, path)
    await writeFile(card, JSON.stringify(image))
    return image
  } finally {
    await rm(partial, { force: true })
  }
}

/**
 * Measures an .xz file given by the user.
 * @throws Error if xz cannot decompress it
 */
export async function measureOwnImage(path: string, signal: AbortSignal): Promise<BenchImage> {
  const xz = spawn('xz', ['-dc', '-T0', path], { stdio: ['ignore', 'pipe', 'inherit'], signal })
  const raw = measureRaw()
  const look = async () => {
    for await (const chunk of xz.stdout as AsyncIterable<Buffer>) raw.see(chunk)
  }
  const [file] = await Promise.all([measureFile(path, signal), look(), ending(xz)])
  return { path, ...file, ...raw.conclude() }
}

export const describeImage = ({ path, size, rawSize, nonZero }: BenchImage): string =>
  `${basename(path)} (${Math.round(rawSize / mib)} MiB, ${Math.round(100 - (100 * nonZero) / rawSize)} % zeros, in ${Math.round(size / mib)} MiB)`

async function compress(chunks: AsyncIterable<Buffer>, path: string, signal: AbortSignal): Promise<RawMeasure> {
  const raw = measureRaw()
  async function* seen() {
    for await (const chunk of chunks) {
      raw.see(chunk)
      yield chunk
    }
  }
  const file = await open(path, 'w')
  try {
    const xz = spawn('xz', xzArguments, { stdio: ['pipe', file.fd, 'inherit'], signal })
    await Promise.all([ending(xz), pipeline(Readable.from(seen(), { objectMode: false }), xz.stdin!, { signal })])
    return raw.conclude()
  } finally {
    await file.close()
  }
}

async function measureFile(path: string, signal: AbortSignal): Promise<{ size: number; sha256: string }> {
  const sha256 = createHash('sha256')
  for await (const chunk of createReadStream(path, { signal, highWaterMark: mib })) sha256.update(chunk as Buffer)
  return { size: (await stat(path)).size, sha256: sha256.digest('hex') }
}

const ending = (xz: ReturnType<typeof spawn>): Promise<void> =>
  new Promise((settle, reject) => {
    xz.on('error', reject)
    xz.on('close', (code) => (code === 0 ? settle() : reject(new Error(`xz ended with ${code}`))))
  })
