import type { Sha256Reading } from '../../src-shared/read-sha256.ts'
import { t } from '../words/index.ts'

/** Returns the problem with a given hash, or null if it is valid or absent. */
export function describeSha256(reading: Sha256Reading | null): string | null {
  if (reading === null || reading.sha256 !== null) return null
  const { otherHash } = reading
  return otherHash === null ? t('image.sha256Wrong') : t('image.sha256Other', { hash: otherHash })
}
