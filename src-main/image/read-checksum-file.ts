import { realpath } from 'node:fs/promises'
import { basename } from 'node:path'
import { KindlingError } from '../../src-shared/failure.ts'
import { say } from '../../src-shared/phrases.ts'
import type { SumLine } from '../../src-shared/read-sha256.ts'
import { isWebAddress } from '../../src-shared/web-address.ts'
import { showUrl } from '../http.ts'
import type { Ports } from '../ports.ts'
import { TooLargeError } from '../regular-file.ts'
import { readProofFile } from './proof-file.ts'
import type { ChecksumFile } from './source.ts'
import { readSumLines } from './sum-list.ts'

/** Bytes; Fedora's largest lists have some kilobytes. */
const maxList = 1024 * 1024

export interface ReadChecksums extends ChecksumFile {
  lines: SumLine[]
}

/**
 * Reads a list of sums that a person named.
 * @param location URL or absolute path
 * @throws checksum-file-unreadable, source-unreadable, and the failures of the network
 */
export async function readChecksumFile(
  ports: Pick<Ports, 'http' | 'sleep' | 'random'>,
  location: string,
  { retries, signal }: { retries: number | null; signal: AbortSignal },
): Promise<ReadChecksums> {
  const list = nameList(location)
  const unreadable = (reason: string) => new KindlingError('checksum-file-unreadable', { list, reason })
  const limits = { maxBytes: maxList, retries, signal }
  const file = await readProofFile(ports, location, limits).catch((error: unknown) => {
    throw error instanceof TooLargeError ? unreadable(error.message) : error
  })
  if (file === null) throw unreadable(say('not-there'))
  if (file.isPage) throw unreadable(say('web-page'))
  const text = readText(file.bytes)
  if (text === null) throw unreadable(say('no-utf8'))
  return { location, lines: readSumLines(text) }
}

/** What a failure calls the list. */
const nameList = (location: string): string => (isWebAddress(location) ? showUrl(location) : location)

function readText(bytes: Uint8Array): string | null {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    return null
  }
}

/** The names under which a list may hold a file: that of a link, then that of its target. */
export async function namesInLists(location: string): Promise<string[]> {
  if (!isWebAddress(location)) {
    const target = await realpath(location).catch(() => location)
    return [...new Set([basename(location), basename(target)])]
  }
  const last = new URL(location).pathname.split('/').at(-1)!
  try {
    return [decodeURIComponent(last)]
  } catch {
    return [last]
  }
}
