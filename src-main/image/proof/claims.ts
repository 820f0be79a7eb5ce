import type { Hint } from '../../../src-shared/identification.ts'
import { KindlingError } from '../../../src-shared/failure.ts'
import { say, type Phrase } from '../../../src-shared/phrases.ts'
import { findRelease, isNumberedStream, type ReleaseNumber } from '../../../src-shared/release-number.ts'
import type { SignatureCheck } from './signature.ts'
import type { SourcePlan } from '../source/source.ts'

/*
 * Stream metadata and file names state which release an image is, but nothing signs them. The key,
 * the date of the signature and the signed bytes state it as well. An image whose sources
 * contradict each other is refused. A source that states nothing contradicts nothing.
 */

interface Claim {
  /** Stream that the user requested, by the name that its metadata state. */
  stream: string | null
  release: ReleaseNumber | null
  architecture: string | null
  platform: string | null
}

type Claimed = Pick<SourcePlan, 'artifact' | 'name' | 'statedStream'>

function claimsOf({ artifact, name, statedStream }: Claimed): Claim[] {
  const claims: Claim[] = []
  if (artifact !== null) {
    const { release, architecture, platform, stream } = artifact
    claims.push({ stream: statedStream ?? stream, release: findWhole(release), architecture, platform })
  }
  // `fedora-coreos-44.20260707.3.1-metal.x86_64.raw.xz`, formerly also `…-live-kernel-x86_64`
  const [, release, rest] = /^fedora-coreos-([\d.]+)-(.+)$/.exec(name) ?? []
  const named = release === undefined ? null : findWhole(release)
  if (named !== null) {
    const architecture = /[.-](x86_64|aarch64|ppc64le|s390x)(?:[.-]|$)/.exec(rest!)?.[1] ?? null
    claims.push({ stream: null, release: named, architecture, platform: null })
  }
  return claims
}

/** Returns the release that an image claims to be; null if it claims none. */
export const releaseOf = (claimed: Claimed): string | null => claimsOf(claimed)[0]?.release?.text ?? null

function findWhole(text: string): ReleaseNumber | null {
  const found = findRelease(text)
  return found?.text === text ? found : null
}

const another = (reason: Phrase) => new KindlingError('image-is-another', { reason })

/**
 * Compares the claims about an image with a signature by one of Fedora's keys. Each of these keys
 * signs one Fedora release, and no signature is older than its release. Keys of a keyring are not
 * bound to a release.
 * @throws image-is-another
 */
export function requireSignedAsClaimed(
  plan: Claimed,
  { fedora, signedBy }: Pick<SignatureCheck, 'fedora' | 'signedBy'>,
): void {
  if (fedora === null) return
  for (const { release, stream } of claimsOf(plan)) {
    if (release === null) continue
    if (release.fedora !== fedora) throw another(say('signed-for-other-fedora', { release: release.text, fedora }))
    const signed = signedBy.signedAt.slice(0, 10)
    if (signed < release.date) throw another(say('signed-before-release', { release: release.text, day: signed }))
    requireStream(release, stream)
  }
}

/**
 * Refuses a release of another stream than the requested one.
 * @throws image-is-another
 */
function requireStream({ text, stream }: ReleaseNumber, wanted: string | null): void {
  if (wanted === null || stream === null || !isNumberedStream(wanted) || stream === wanted) return
  throw another(say('release-of-other-stream', { release: text, found: stream, stream: wanted }))
}

/**
 * Compares the claims about an image with the hints in its bytes.
 * @param fedora – the Fedora release whose key signed them; null for another key or no signature
 * @throws image-is-another
 */
export function requireSaidAsClaimed(plan: Claimed, hints: Hint[], fedora: number | null): void {
  for (const claim of claimsOf(plan)) for (const hint of hints) requireHint(claim, hint, fedora)
}

function requireHint({ release, stream, architecture, platform }: Claim, hint: Hint, fedora: number | null): void {
  if (hint.hint === 'partitions' && hint.architecture !== null && architecture !== null)
    if (hint.architecture !== architecture)
      throw another(say('made-for-other', { found: hint.architecture, wanted: architecture }))
  if (hint.hint === 'boot-entry' && hint.platform !== null && platform !== null && hint.platform !== platform)
    throw another(say('made-for-other', { found: hint.platform, wanted: platform }))
  if (hint.hint !== 'boot-entry' && hint.hint !== 'iso') return
  const found = hint.release === null ? null : findWhole(hint.release)
  if (found === null) return
  // The name of a volume has at most 32 characters, so a long release number is truncated.
  const isCut = hint.hint === 'iso' && hint.volumeId.length === 32 && release?.text.startsWith(found.text)
  if (release !== null && found.text !== release.text && !isCut)
    throw another(say('says-other-release', { found: found.text, wanted: release.text }))
  if (release === null && fedora !== null) requireStream(found, stream)
}
