import { KindlingError } from '../../../../src-shared/failure.ts'
import { say } from '../../../../src-shared/phrases.ts'
import type { FromDecoder } from './decoder-messages.ts'

// Codes of xz-embedded, on which the library is built (xz.h, enum xz_ret).
const xzErrors: Record<string, () => KindlingError> = {
  3: () => new KindlingError('image-corrupt', { reason: say('decoder-memory') }),
  4: () => new KindlingError('image-unsupported', { source: say('the-image'), feature: say('dictionary-too-large') }),
  5: () => new KindlingError('image-trailing'),
  6: () => new KindlingError('image-unsupported', { source: say('the-image'), feature: say('xz-filter-or-check') }),
  7: () => new KindlingError('image-corrupt', { reason: say('checksums-differ') }),
  8: () => new KindlingError('image-truncated'),
}

/** Returns the failure for an error that a decoder thread sent. */
export function nameDecoderError(error: Extract<FromDecoder, { error: unknown }>['error']): KindlingError {
  if (typeof error !== 'string') return KindlingError.revive(error)
  const code = /error code (\d+)/.exec(error)?.[1]
  return xzErrors[code ?? '']?.() ?? new KindlingError('image-corrupt', { reason: error })
}
