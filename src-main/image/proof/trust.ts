import { KindlingError } from '../../../src-shared/failure.ts'
import { say } from '../../../src-shared/phrases.ts'
import type { Ports } from '../../ports.ts'
import { TooLargeError } from '../../files/regular-file.ts'
import { askAs } from '../source/ask-as.ts'
import { requireSignedAsClaimed } from './claims.ts'
import { createImageCache } from '../cache/image-cache.ts'
import { readProofFile } from './proof-file.ts'
import type { SignatureCheck } from './signature.ts'
import type { ChecksumFile, SourcePlan } from '../source.ts'

/** Bytes; a detached signature of a 4096-bit key has 566. */
const maxSignature = 64 * 1024

/** What is to prove where an image comes from, known before its first byte. */
export interface Trust {
  origin: 'signature' | 'signed-list' | 'sha256' | 'none'
  /** The image's own. */
  signature: SignatureCheck | null
  /** The signature of the list of sums that names the image; null without one. */
  list?: ChecksumFile['signature']
}

/** The Fedora release whose key signed the image or its list; null for another key or none. */
export const fedoraOf = ({ signature, list }: Trust): number | null => signature?.fedora ?? list?.fedora ?? null

export type TrustPorts = Pick<Ports, 'http' | 'sleep' | 'random' | 'now' | 'onRetry' | 'keys' | 'paths'>

/**
 * Gets the signature first. Without one: a sha256 that a person gave stands in for the signature of
 * a file or URL, never for that of a stream's artifact; so does a list of sums that is signed, and
 * then no other signature is looked for unless a person named one. `insecure` excuses that it is missing,
 * never that it is bad.
 * @throws signature-missing, image-is-another, the failures of `checkSignature`, and the failures
 * of the network
 */
export async function readTrust(ports: TrustPorts, plan: SourcePlan, signal: AbortSignal): Promise<Trust> {
  const check = async (bytes: Uint8Array) => {
    // Loaded when there is a signature: OpenPGP takes long to start.
    const { checkSignature } = await import('./signature.ts')
    const { name: source, keyring, retries, within } = plan
    const signature = await checkSignature(ports, bytes, { source, keyring, retries, within, signal, now: ports.now() })
    requireSignedAsClaimed(plan, signature)
    return signature
  }
  const list = plan.checksumFile?.signature ?? null
  if (list !== null) requireSignedAsClaimed(plan, list)
  if (list !== null && !plan.signatureRequired) return { origin: 'signed-list', signature: null, list }
  // While it comes, what can read it is loaded.
  if (plan.signatureRequired) import('./signature.ts').catch(() => undefined)
  const kept = await findKept(ports, plan)
  // One that no longer holds (another keyring, a key that expired) is asked for again, and says why if it still does not.
  const known = kept === null ? null : await check(kept).catch(() => null)
  if (known !== null) return { origin: 'signature', signature: known }

  for (const place of plan.signature === null ? [] : [plan.signature, ...(plan.otherSignatures ?? [])]) {
    const bytes = await readSignatureFile(ports, place, plan, signal)
    if (bytes !== null) return { origin: 'signature', signature: await check(bytes) }
  }
  if (plan.sha256?.from === 'person' && !plan.signatureRequired) return { origin: 'sha256', signature: null }
  if (plan.insecure) return { origin: 'none', signature: null }
  throw new KindlingError('signature-missing', { source: plan.name })
}

/** A signature that was kept with a cached image serves again, so that it is proved offline too; unless a person named another. */
async function findKept(ports: TrustPorts, plan: SourcePlan): Promise<Uint8Array | null> {
  const named = plan.signatureRequired && plan.signature !== plan.artifact?.signature
  if (named || plan.kind === 'file' || plan.sha256 === null) return null
  return createImageCache(ports).findSignature(plan.sha256.value)
}

async function readSignatureFile(
  ports: TrustPorts,
  location: string,
  plan: SourcePlan,
  signal: AbortSignal,
): Promise<Uint8Array | null> {
  // A signature that a person named is their word, whoever named the image.
  const http = location === plan.artifact?.signature ? askAs(ports.http, plan) : ports.http
  const limits = { maxBytes: maxSignature, retries: plan.retries, within: plan.within, signal }
  const malformed = (reason: string) => new KindlingError('signature-malformed', { source: plan.name, reason })
  const file = await readProofFile({ ...ports, http }, location, limits).catch((error: unknown) => {
    throw error instanceof TooLargeError ? malformed(error.message) : error
  })
  // Where nobody promised a signature, a page stands for none.
  if (file === null || (file.isPage && !plan.signatureRequired)) return null
  if (file.isPage) throw malformed(say('web-page'))
  return file.bytes
}
