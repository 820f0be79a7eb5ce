import { KindlingError } from '../../src-shared/failure.ts'
import type { FailureCode } from '../../src-shared/failure-catalog.ts'
import { isoOf } from '../../src-shared/iso-of.ts'
import type { SourceSpec } from '../../src-shared/job.ts'
import { say } from '../../src-shared/phrases.ts'
import type { Ports } from '../ports.ts'
import { previewSource } from './preview-source.ts'

/** Failures that mean that the release has no ISO. */
const lacking: ReadonlySet<string> = new Set<FailureCode>(['artifact-unknown', 'release-gone', 'release-pruned'])

/**
 * Adds to `drive-too-small` that the live ISO of the same release fits the drive, or may fit it if
 * its size is unknown. Any other error is returned unchanged.
 * @param source – the image that is too large
 */
export async function offerIso(
  ports: Ports,
  source: SourceSpec,
  error: unknown,
  signal: AbortSignal,
): Promise<unknown> {
  const iso = isoOf(source)
  if (iso === null || !(error instanceof KindlingError) || error.code !== 'drive-too-small') return error
  const size = await previewSource(ports, iso, signal).then(
    ({ imageSize }) => imageSize,
    (failure: unknown) => (failure instanceof KindlingError && lacking.has(failure.code) ? undefined : null),
  )
  if (size === undefined || Number(error.details['available']) < (size ?? 0)) return error
  const isoSize = size === null ? say('size-unasked') : say('iso-needs', { bytes: size })
  const offering = KindlingError.revive(
    { code: error.code, details: { ...error.details, isoSize } },
    { cause: error.cause },
  )
  offering.driveState = error.driveState
  return offering
}
