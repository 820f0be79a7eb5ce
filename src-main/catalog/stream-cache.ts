import { createHash } from 'node:crypto'
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { readSmallFile, replaceFile } from '../files/regular-file.ts'
import { keepOlder } from './older-releases.ts'
import { maxKept, parseSeen, writeSeen, type SeenStream } from './seen-stream.ts'
import type { StreamAddress } from './stream-address.ts'
import { makeDirectory } from '../files/make-directory.ts'

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
    return parseSeen(await readSmallFile(fileOf(cacheDirectory, address), maxKept)).seen
  } catch {
    return null
  }
}

/**
 * Keeps what was seen, in one step: another process reads the old or the new file, never a part of one. What it takes the
 * place of stays with the older releases. Where it cannot be kept (no room, no permission) it is not, and nothing fails: only
 * a later start without a network misses it.
 */
export async function rememberStream(cacheDirectory: string, address: StreamAddress, seen: SeenStream): Promise<void> {
  try {
    await makeDirectory(join(cacheDirectory, 'streams'))
    const before = await recallStream(cacheDirectory, address)
    if (before !== null && before.text !== seen.text) await keepOlder(cacheDirectory, address, before)
    await replaceFile(fileOf(cacheDirectory, address), writeSeen(address, seen))
  } catch {
    return
  }
}

/** Streams that are looked at; who asks for more has many mirrors. */
const mostStreams = 100

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
      const kept = parseSeen(await readSmallFile(join(directory, name), maxKept))
      if (fileOf(cacheDirectory, kept.address) === join(directory, name)) found.push(kept)
    } catch {
      continue
    }
  return found
}
