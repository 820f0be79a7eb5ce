import type { SourceSpec } from '../../../src-shared/job.ts'
import { KindlingError } from '../../../src-shared/failure.ts'
import { isWebAddress } from '../../../src-shared/web-address.ts'
import type { UserConsent } from './user-consent.ts'
import { nameSource, showPath, showPlace } from './show-place.ts'

type ProofFile = 'signature' | 'checksumFile' | 'keyring'

/**
 * Refuses a mirror that the page names. The page reads from the mirror of the settings or the
 * environment.
 * @throws usage
 */
export function refuseMirror(streamBaseUrl: string | undefined): void {
  if (streamBaseUrl !== undefined) throw new KindlingError('usage', { reason: 'The page names no mirror' })
}

/**
 * Asks the user about everything that a source reads.
 * @throws declined, usage
 */
export async function guardSource(source: SourceSpec, consent: UserConsent): Promise<void> {
  const { image, signature, checksumFile, keyring, streamBaseUrl } = source
  refuseMirror(streamBaseUrl)
  if (image.kind === 'file') await consent.askForFile('image', image.path)
  if (image.kind === 'url') await consent.askForServer(image.url)
  for (const [purpose, place] of Object.entries({ signature, checksumFile }) as [ProofFile, string | undefined][])
    if (place !== undefined)
      await (isWebAddress(place) ? consent.askForServer(place) : consent.askForFile(purpose, place))
  if (keyring !== undefined) await consent.askForFile('keyring', keyring)
}

/**
 * Asks the user about everything that a job would trust in addition to Fedora's keys.
 * @param places – targets of the image
 * @throws declined
 */
export async function guardTrust(source: SourceSpec, places: string[], consent: UserConsent): Promise<void> {
  const { image, signature, sha256, checksumFile, keyring, insecure } = source
  const way = [nameSource(image), ...places].join(' → ')
  if (insecure) await consent.agree('unproved', way)
  // A checksum replaces a signature where none is required (image/proof/trust.ts).
  else if (signature === undefined && image.kind !== 'stream') {
    if (sha256 !== undefined) await consent.agree('sum', way, sha256)
    else if (checksumFile !== undefined) await consent.agree('list', way, showPlace(checksumFile))
  }
  if (keyring !== undefined) await consent.agree('keys', way, showPath(keyring))
}
