import { realpath } from 'node:fs/promises'
import { basename } from 'node:path'
import { KindlingError } from '../../../src-shared/failure.ts'
import { say, type Said } from '../../../src-shared/phrases.ts'
import type { SumLine } from '../../../src-shared/read-sha256.ts'
import { isWebAddress } from '../../../src-shared/web-address.ts'
import { showUrl } from '../../net/http.ts'
import type { Ports } from '../../ports.ts'
import { TooLargeError } from '../../files/regular-file.ts'
import { digestOf, startHash } from '../../memory/digest.ts'
import type { KeyPorts, KeySearch } from './keys.ts'
import { readProofFile, type ProofFileLimits } from './proof-file.ts'
import type { SignatureCheck } from './signature.ts'
import { signaturesBeside } from './signatures-beside.ts'
import type { ChecksumFile } from '../source/source.ts'
import { readSumLines } from './sum-list.ts'
import { maxSignature } from '../source/max-signature.ts'

/** Maximum size of a list, in bytes. Fedora's largest lists have some kilobytes. */
const maxList = 1024 * 1024

export interface ReadChecksums extends ChecksumFile {
  lines: SumLine[]
}

/**
 * Reads a checksum list that the user named, and verifies its signature: the one around the text,
 * or a detached one beside the list. In a list with a signature, only the signed text counts.
 * @param location – URL or absolute path
 * @throws checksum-file-unreadable, checksums-changed, source-unreadable; the failures of
 *   `checkSignature` and of the network
 */
export async function readChecksumFile(
  ports: KeyPorts & Pick<Ports, 'now'>,
  location: string,
  search: KeySearch,
): Promise<ReadChecksums> {
  const { retries, within, signal } = search
  const list = nameList(location)
  const unreadable = (reason: Said) => new KindlingError('checksum-file-unreadable', { list, reason })
  const limits = { maxBytes: maxList, retries, within, signal }
  const file = await readProofFile(ports, location, limits).catch((error: unknown) => {
    throw error instanceof TooLargeError ? unreadable(error.phrase) : error
  })
  if (file === null) throw unreadable(say('not-there'))
  if (file.isPage) throw unreadable(say('web-page'))
  const text = readText(file.bytes)
  if (text === null) throw unreadable(say('no-utf8'))
  const about = { source: list, now: ports.now(), ...search }
  if (!text.includes('-----BEGIN PGP ')) {
    const detached = await readDetached(ports, location, limits, list)
    if (detached === null) return { location, signature: null, lines: readSumLines(text) }
    const { checkSignature } = await import('./signature.ts')
    const check = await checkSignature(ports, detached, about)
    return { location, signature: await prove(check, file.bytes, list), lines: readSumLines(text) }
  }
  // Loaded only if there is a signature: OpenPGP is slow to start.
  const [{ readCleartext }, { checkTextSignature }] = await Promise.all([
    import('./cleartext.ts'),
    import('./signature.ts'),
  ])
  const cleartext = await readCleartext(text, list)
  if (cleartext === null) throw unreadable(say('no-sums'))
  const check = await checkTextSignature(ports, cleartext.packets, about)
  return { location, signature: await prove(check, cleartext.signed, list), lines: readSumLines(cleartext.text) }
}

async function prove(check: SignatureCheck, signed: Uint8Array, list: string): Promise<ChecksumFile['signature']> {
  await check.prove(digestOf(startHash(check.hashName).update(signed))).catch((error: unknown) => {
    const changed = error instanceof KindlingError && error.code === 'signature-bad'
    throw changed ? new KindlingError('checksums-changed', { list }) : error
  })
  return { signedBy: check.signedBy, fedora: check.fedora }
}

/**
 * Reads the detached signature beside a list.
 * @returns null if there is no such signature
 */
async function readDetached(
  ports: KeyPorts,
  location: string,
  limits: ProofFileLimits,
  list: string,
): Promise<Uint8Array | null> {
  for (const beside of signaturesBeside(location)) {
    const file = await readProofFile(ports, beside, { ...limits, maxBytes: maxSignature }).catch((error: unknown) => {
      if (!(error instanceof TooLargeError)) throw error
      throw new KindlingError('signature-malformed', { source: list, reason: error.message })
    })
    if (file !== null && !file.isPage) return file.bytes
  }
  return null
}

/** Returns the name of the list for error messages. */
const nameList = (location: string): string => (isWebAddress(location) ? showUrl(location) : location)

function readText(bytes: Uint8Array): string | null {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    return null
  }
}

/**
 * Returns the names under which a list may contain a file: that of a link, then that of its target.
 */
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
