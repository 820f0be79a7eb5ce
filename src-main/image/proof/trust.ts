import { KindlingError } from '../../../src-shared/failure.ts'
import { say, type Said } from '../../../src-shared/phrases.ts'
import type { Ports } from '../../ports.ts'
import { TooLargeError } from '../../files/regular-file.ts'
import { openOnServer } from '../source/open-on-server.ts'
import { requestAs } from '../source/request-as.ts'
import { requireSignedAsClaimed } from './claims.ts'
import { createImageCache } from '../cache/image-cache.ts'
import { readProofFile } from './proof-file.ts'
import type { SignatureCheck } from './signature.ts'
import type { ChecksumFile, SourcePlan } from '../source/source.ts'
import { maxSignature } from '../source/max-signature.ts'

/** Evidence of an image's origin, known before its first byte. */
export interface Trust {
  origin: 'signature' | 'signed-list' | 'sha256' | 'none'
  /** Signature of the image itself. */
  signature: SignatureCheck | null
  /** Signature of the checksum list that names the image; null if there is no signed list. */
  list?: ChecksumFile['signature']
}

/**
 * Returns the Fedora release whose key signed the image or its checksum list; null for another key
 * or no signature.
 */
export const fedoraOf = ({ signature, list }: Trust): number | null => signature?.fedora ?? list?.fedora ?? null

export type TrustPorts = Pick<Ports, 'http' | 'sleep' | 'random' | 'now' | 'onRetry' | 'keys' | 'paths'>

/**
 * Determines the origin of an image, before its first byte, from its signature. Without a
 * signature, a sha256 from the user replaces the signature of a file or URL, but never that of a
 * stream's artifact. A signed checksum list does the same. No other signature is then searched for,
 * unless the user named one. `insecure` accepts a missing signature, but never a bad one.
 * @throws signature-missing, release-pruned, image-is-another, the failures of `checkSignature`,
 *   and the failures of the network
 */
export async function readTrust(ports: TrustPorts, plan: SourcePlan, signal: AbortSignal): Promise<Trust> {
  const check = async (bytes: Uint8Array) => {
    // Loaded only if there is a signature: OpenPGP is slow to start.
    const { checkSignature } = await import('./signature.ts')
    const { name: source, keyring, retries, within } = plan
    const signature = await checkSignature(ports, bytes, { source, keyring, retries, within, signal, now: ports.now() })
    requireSignedAsClaimed(plan, signature)
    return signature
  }
  const list = plan.checksumFile?.signature ?? null
  if (list !== null) requireSignedAsClaimed(plan, list)
  if (list !== null && !plan.signatureRequired) return { origin: 'signed-list', signature: null, list }
  // Loads the code that reads the signature while the signature is downloaded.
  if (plan.signatureRequired) import('./signature.ts').catch(() => undefined)
  const kept = await findKept(ports, plan)
  // If the stored signature is no longer valid (another keyring, an expired key), a new one is
  // downloaded. If that is not valid either, its error is thrown.
  const known = kept === null ? null : await check(kept).catch(() => null)
  if (known !== null) return { origin: 'signature', signature: known }

  for (const place of plan.signature === null ? [] : [plan.signature, ...(plan.otherSignatures ?? [])]) {
    const bytes = await readSignatureFile(ports, place, plan, signal)
    if (bytes !== null) return { origin: 'signature', signature: await check(bytes) }
  }
  if (plan.sha256?.from === 'person' && !plan.signatureRequired) return { origin: 'sha256', signature: null }
  if (plan.insecure) return { origin: 'none', signature: null }
  // Without the image, too, the server has removed the release.
  if (plan.older) await openOnServer(ports, plan, signal)
  throw new KindlingError('signature-missing', { source: plan.name })
}

/**
 * Returns the signature that was stored with a cached image, so that the image can be proved
 * offline too. Returns null if the user named another signature.
 */
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
  // A signature that the user named is requested for the user, even if a server named the image.
  const http = location === plan.artifact?.signature ? requestAs(ports.http, plan) : ports.http
  const limits = { maxBytes: maxSignature, retries: plan.retries, within: plan.within, signal }
  const malformed = (reason: Said) => new KindlingError('signature-malformed', { source: plan.name, reason })
  const file = await readProofFile({ ...ports, http }, location, limits).catch((error: unknown) => {
    throw error instanceof TooLargeError ? malformed(error.phrase) : error
  })
  // If no signature was promised, a web page means that there is no signature.
  if (file === null || (file.isPage && !plan.signatureRequired)) return null
  if (file.isPage) throw malformed(say('web-page'))
  return file.bytes
}
