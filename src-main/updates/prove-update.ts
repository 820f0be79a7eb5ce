import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { pipeline } from 'node:stream/promises'
import { KindlingError, reasonOf } from '../../src-shared/failure.ts'
import { say, type Said } from '../../src-shared/phrases.ts'
import { statusError, type Referrer } from '../net/http.ts'
import { readAll } from '../net/read-all.ts'
import { digestOf, startHash } from '../memory/digest.ts'
import { maxSignature } from '../image/source/max-signature.ts'
import { checkSignature } from '../image/proof/signature.ts'
import { readSumLines } from '../image/proof/sum-list.ts'
import type { KeySources, Ports } from '../ports.ts'

/** A checksum of a file, signed by a release key. */
export interface SignedSum {
  sha256: string
  /** Fingerprint of the key. */
  signedBy: string
}

type ProofPorts = Pick<Ports, 'http' | 'paths' | 'now' | 'sleep' | 'random'>

/**
 * Maximum size of the checksum list, in bytes. A release has about twenty lines of a hundred bytes.
 */
const maxSums = 64 * 1024

/**
 * Reads the checksum of an update's file. The list `SHA256SUMS` is downloaded from the folder of
 * the update and verified by its signature `SHA256SUMS.sig`. Exactly one line must name the file.
 * The file's name contains its version, so a signature for one version does not apply to another.
 * @param file – URL of the update
 * @param name – the file name that the version must have
 * @throws update-unproved, network-unreachable, http-status, redirect-refused, address-refused
 */
export async function readSignedSum(
  ports: ProofPorts,
  keys: KeySources,
  { file, name, referrer, signal }: { file: URL; name: string; referrer?: Referrer | undefined; signal?: AbortSignal },
): Promise<SignedSum> {
  const read = async (beside: string, most: number) => {
    const url = new URL(beside, file).href
    const answer = await ports.http({ url, referrer, ...(signal && { signal }) })
    if (answer.status === 404) throw unproved(say('update-lacks', { file: beside }))
    if (answer.status !== 200) throw statusError(answer)
    return readAll(answer, most)
  }
  const signature = await read('SHA256SUMS.sig', maxSignature)
  const sums = await read('SHA256SUMS', maxSums)
  const signedBy = await proveSums(ports, keys, sums, signature)
  const text = Buffer.from(sums).toString('utf8')
  const said = readSumLines(text).filter((line) => line.hash === 'SHA-256' && line.name === name)
  if (said.length !== 1) throw unproved(say('update-not-named', { file: name }))
  return { sha256: said[0]!.digits, signedBy }
}

async function proveSums(
  ports: ProofPorts,
  keys: KeySources,
  sums: Uint8Array,
  signature: Uint8Array,
): Promise<string> {
  try {
    const check = await checkSignature({ ...ports, keys }, signature, {
      source: 'SHA256SUMS',
      keyring: null,
      // No key is downloaded: release keys are packaged with the program.
      retries: 0,
      signal: new AbortController().signal,
      now: ports.now(),
    })
    await check.prove(digestOf(startHash(check.hashName).update(sums)))
    return check.signedBy.fingerprint
  } catch (error) {
    if (error instanceof KindlingError && error.code === 'key-not-pinned')
      throw unproved(say('update-by-stranger', { key: String(error.details['key']) }), error)
    if (error instanceof KindlingError && error.code === 'signature-bad')
      throw unproved(say('update-sums-changed'), error)
    throw unproved(reasonOf(error), error)
  }
}

/**
 * Verifies a downloaded file by its signed checksum.
 * @throws update-unproved when the file differs from the signed one, update-failed when it cannot
 *   be read
 */
export async function proveFile(path: string, { sha256 }: SignedSum): Promise<void> {
  const hash = createHash('sha256')
  try {
    await pipeline(createReadStream(path), hash)
  } catch (error) {
    throw new KindlingError('update-failed', { reason: reasonOf(error) }, { cause: error })
  }
  if (hash.digest('hex') !== sha256) throw unproved(say('update-changed'))
}

export const unproved = (reason: Said, cause?: unknown): KindlingError =>
  new KindlingError('update-unproved', { reason }, { cause })
