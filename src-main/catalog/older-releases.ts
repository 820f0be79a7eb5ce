import { createHash } from 'node:crypto'
import { lstat, readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { Artifact, Catalog } from '../../src-shared/artifact.ts'
import type { Referrer } from '../net/http.ts'
import { readSmallFile, replaceFile } from '../files/regular-file.ts'
import { parseStream } from './parse-stream.ts'
import { maxKept, parseSeen, writeSeen, type SeenStream } from './seen-stream.ts'
import type { StreamAddress } from './stream-address.ts'
import { makeDirectory } from '../files/make-directory.ts'

/**
 * Maximum number of files of one stream, maximum number of all files, and maximum total size in
 * bytes. The files stored last remain. Fedora publishes a release every two weeks, with about 60 KB
 * of metadata; the limit for a stream is two years of it.
 */
const [mostOfStream, mostFiles, mostBytes] = [52, 260, 32 * 1024 * 1024]

const directoryIn = (cacheDirectory: string) => join(cacheDirectory, 'streams', 'older')
const shorten = (value: unknown) => createHash('sha256').update(JSON.stringify(value)).digest('hex').slice(0, 32)
const nameOf = ({ baseUrl, stream }: StreamAddress) => shorten([baseUrl, stream])

/**
 * Stores the metadata that a stream had before its current ones. A drive written at that time can
 * then still be identified by its bytes. Each state of a stream has its own file, named by a hash
 * of its artifacts. Processes that store the same or different states therefore do not conflict.
 * Errors are ignored.
 */
export async function keepOlder(cacheDirectory: string, address: StreamAddress, older: SeenStream): Promise<void> {
  const directory = directoryIn(cacheDirectory)
  try {
    const { artifacts } = parseStream(older.text, address.stream)
    await makeDirectory(directory)
    // The hash covers only the artifacts. Other fields, of clouds for example, change without a new
    // release.
    const name = `${nameOf(address)}-${shorten(artifacts)}.json`
    await replaceFile(join(directory, name), writeSeen(address, older))
    await makeRoom(directory)
  } catch {
    return
  }
}

/** Returns every stored artifact of older releases, latest first. A damaged file is deleted. */
export async function recallOlder(cacheDirectory: string): Promise<{ artifact: Artifact; referrer: Referrer }[]> {
  const found: { artifact: Artifact; referrer: Referrer }[] = []
  for (const { path } of await listFiles(directoryIn(cacheDirectory))) {
    const kept = await readKept(path)
    if (kept === null) continue
    const referrer = { url: kept.address.baseUrl, isPublic: kept.isPublic }
    for (const artifact of kept.artifacts) found.push({ artifact, referrer })
  }
  return found
}

export type OlderContent = Pick<Catalog, 'artifacts' | 'images' | 'isPublic'>

/** Yields the stored older releases of one stream at exactly this URL, latest first. */
export async function* recallOlderOf(cacheDirectory: string, address: StreamAddress): AsyncGenerator<OlderContent> {
  const files = await listFiles(directoryIn(cacheDirectory))
  for (const { path } of files.filter(({ name }) => name.startsWith(`${nameOf(address)}-`)).slice(0, mostOfStream)) {
    const kept = await readKept(path)
    if (kept !== null && kept.address.url === address.url) yield kept
  }
}

/**
 * Reads one stored file. Returns null if it cannot be read or is damaged; a damaged file is
 * deleted.
 */
async function readKept(path: string): Promise<(OlderContent & { address: StreamAddress }) | null> {
  const bytes = await readSmallFile(path, maxKept).catch(() => null)
  if (bytes === null) return null
  try {
    const { address, seen } = parseSeen(bytes)
    const { artifacts, images } = parseStream(seen.text, address.stream)
    return { address, isPublic: seen.isPublic, artifacts, images }
  } catch {
    await rm(path, { force: true }).catch(() => undefined)
    return null
  }
}

async function makeRoom(directory: string): Promise<void> {
  let total = 0
  const ofStream = new Map<string, number>()
  for (const [index, { path, name, size }] of (await listFiles(directory)).entries()) {
    const stream = name.slice(0, 32)
    const count = (ofStream.get(stream) ?? 0) + 1
    ofStream.set(stream, count)
    total += size
    if (index >= mostFiles || total > mostBytes || count > mostOfStream)
      await rm(path, { recursive: true, force: true }).catch(() => undefined)
  }
}

/** Lists the stored files, latest first. */
async function listFiles(directory: string): Promise<{ path: string; name: string; size: number }[]> {
  const names = await readdir(directory).catch(() => [])
  const files = await Promise.all(
    names.map(async (name) => {
      const path = join(directory, name)
      const found = await lstat(path).catch(() => null)
      return found === null ? [] : [{ path, name, size: found.size, keptAt: found.mtimeMs }]
    }),
  )
  return files.flat().toSorted((a, b) => b.keptAt - a.keptAt)
}
