import { createHash } from 'node:crypto'
import { mkdir, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { readSmallFile, replaceFile } from '../regular-file.ts'
import { streamAddress, type StreamAddress } from './stream-address.ts'
import { maxStreamBytes } from './stream-file.ts'

/** Bytes; a text within JSON is longer than by itself. */
const maxKept = 2 * maxStreamBytes

/** What goes into a request header again: a disk or a server may hold anything, and a bad one must not fail requests. */
const headerValue = z
  .string()
  .max(1000)
  .regex(/^[\x20-\x7e]+$/)
  .nullable()
  .catch(null)

const seenStream = z.object({
  text: z.string(),
  etag: headerValue,
  lastModified: headerValue,
  /** Milliseconds since the epoch. */
  seenAt: z.number().min(0),
})
/** A stream's metadata as a server last gave it. */
export type SeenStream = z.infer<typeof seenStream>

/** One file for each stream of each base. Its name is a hash, so that no base or stream can name another file. */
const fileOf = (cacheDirectory: string, { baseUrl, stream }: StreamAddress) =>
  join(
    cacheDirectory,
    'streams',
    `${createHash('sha256')
      .update(JSON.stringify([baseUrl, stream]))
      .digest('hex')}.json`,
  )

/** What was last kept; null when there is nothing, or nothing that can be read. */
export async function recallStream(cacheDirectory: string, address: StreamAddress): Promise<SeenStream | null> {
  try {
    const bytes = await readSmallFile(fileOf(cacheDirectory, address), maxKept)
    return seenStream.parse(JSON.parse(bytes.toString('utf8')))
  } catch {
    return null
  }
}

/**
 * Keeps what was seen, in one step: another process reads the old or the new file, never a part of one. Where it cannot
 * be kept (no room, no permission) it is not, and nothing fails: only a later start without a network misses it.
 */
export async function rememberStream(cacheDirectory: string, address: StreamAddress, seen: SeenStream): Promise<void> {
  const file = fileOf(cacheDirectory, address)
  try {
    await mkdir(join(cacheDirectory, 'streams'), { recursive: true })
    await replaceFile(file, JSON.stringify({ ...seen, stream: address.stream, baseUrl: address.baseUrl }))
  } catch {
    return
  }
}

/** Streams that are looked at; who asks for more has many mirrors. */
const mostStreams = 100
const named = z.object({ stream: z.string(), baseUrl: z.string() })

/** Every stream that was kept, of every server. Files that cannot be read are passed over. */
export async function recallAllStreams(
  cacheDirectory: string,
): Promise<{ address: StreamAddress; seen: SeenStream }[]> {
  const directory = join(cacheDirectory, 'streams')
  const names = await readdir(directory).catch(() => [])
  const files = names.filter((name) => /^[0-9a-f]{64}\.json$/.test(name)).slice(0, mostStreams)
  const found = []
  for (const name of files)
    try {
      const content: unknown = JSON.parse((await readSmallFile(join(directory, name), maxKept)).toString('utf8'))
      const { stream, baseUrl } = named.parse(content)
      const address = streamAddress(stream, baseUrl)
      if (fileOf(cacheDirectory, address) === join(directory, name))
        found.push({ address, seen: seenStream.parse(content) })
    } catch {
      continue
    }
  return found
}
