import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { pipeline } from 'node:stream/promises'
import { KindlingError, reasonOf, toFailure } from '../../src-shared/failure.ts'
import { say } from '../../src-shared/phrases.ts'
import { readAll, statusError, type Referrer } from '../net/http.ts'
import { digestOf, startHash } from '../memory/digest.ts'
import { checkSignature, maxSignature } from '../image/proof/signature.ts'
import { readSumLines } from '../image/proof/sum-list.ts'
import type { KeySources, Ports } from '../ports.ts'

/** What a release key says of one file. */
export interface SignedSum {
  sha256: string
  /** Fingerprint of the key. */
  signedBy: string
}

type ProofPorts = Pick<Ports, 'http' | 'paths' | 'now' | 'sleep' | 'random'>

/** Bytes; a release has some twenty lines of a hundred. */
const maxSums = 64 * 1024

/**
 * Reads the list of sums that lies beside an update, `SHA256SUMS`, proves it by its signature `SHA256SUMS.sig`, and takes the
 * one line that names the update's file. The file's name holds its version, so what was signed for one version says
 * nothing of another.
 * @param file where the update lies
 * @param name of the file, as it must be for the version
 * @throws update-unproved, network-unreachable, http-status, redirect-refused, address-refused
 */
export async function readSignedSum(
  ports: ProofPorts,
  keys: KeySources,
  { file, name, namedBy, signal }: { file: URL; name: string; namedBy?: Referrer | undefined; signal?: AbortSignal },
): Promise<SignedSum> {
  const read = async (beside: string, most: number) => {
    const url = new URL(beside, file).href
    const answer = await ports.http({ url, namedBy, ...(signal && { signal }) })
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
      // The keys are here, or nowhere.
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
    throw unproved(error instanceof KindlingError ? toFailure(error).title : reasonOf(error), error)
  }
}

/** @throws update-unproved when the file is another than the one that was signed, update-failed when it cannot be read */
export async function proveFile(path: string, { sha256 }: SignedSum): Promise<void> {
  const hash = createHash('sha256')
  try {
    await pipeline(createReadStream(path), hash)
  } catch (error) {
    throw new KindlingError('update-failed', { reason: reasonOf(error) }, { cause: error })
  }
  if (hash.digest('hex') !== sha256) throw unproved(say('update-changed'))
}

export const unproved = (reason: string, cause?: unknown): KindlingError =>
  new KindlingError('update-unproved', { reason }, { cause })
