import { createHash } from 'node:crypto'
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { readSmallFile, replaceFile } from '../files/regular-file.ts'
import { keepOlder } from './older-releases.ts'
import { maxKept, parseSeen, writeSeen, type SeenStream } from './seen-stream.ts'
import type { StreamAddress } from './stream-address.ts'
import { makeDirectory } from '../files/make-directory.ts'

/**
 * Path of the cache file of a stream. Its name is a hash, so that no base URL and no stream name
 * can lead to another file.
 */
const fileOf = (cacheDirectory: string, { baseUrl, stream }: StreamAddress) =>
  join(
    cacheDirectory,
    'streams',
    `${createHash('sha256')
      .update(JSON.stringify([baseUrl, stream]))
      .digest('hex')}.json`,
  )

/** Returns the cached metadata of a stream; null if there are none or they cannot be read. */
export async function recallStream(cacheDirectory: string, address: StreamAddress): Promise<SeenStream | null> {
  try {
    return parseSeen(await readSmallFile(fileOf(cacheDirectory, address), maxKept)).seen
  } catch {
    return null
  }
}

/**
 * Stores metadata in the cache, atomically: another process reads either the old file or the new
 * one. Replaced metadata are stored with the older releases. Errors are ignored (no space, no
 * permission), because only a later start without a network needs the file.
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

/** Maximum number of cached streams that are read. Only a user of many mirrors has more. */
const mostStreams = 100

/** Returns every cached stream of every server. Unreadable files are skipped. */
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
