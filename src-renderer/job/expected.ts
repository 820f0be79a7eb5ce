import type { SourcePreview } from '../../src-shared/api.ts'
import type { Artifact } from '../../src-shared/artifact.ts'
import type { JobSpec, Proof } from '../../src-shared/job.ts'
import type { Phase } from '../../src-shared/phase.ts'

/** Returns the phases that a job is expected to pass through, as far as known before it starts. */
export function expectedPhases(spec: JobSpec, preview: SourcePreview | null): Phase[] {
  if (spec.job === 'verify') return ['read-back']
  if (spec.job === 'download') return preview?.cached ? ['signature', 'prove', 'download'] : ['signature', 'download']
  const local = preview?.cached || spec.source.image.kind === 'file'
  const readBack: Phase[] = spec.job === 'write' && spec.verify !== false ? ['read-back'] : []
  const setUp: Phase[] = spec.job === 'write' && spec.firstBoot !== undefined ? ['set-up'] : []
  return ['signature', ...(local ? (['prove'] as const) : []), 'prepare', 'write', ...readBack, ...setUp, 'finish']
}

/** Returns the proofs that a job can earn, as far as known before it starts. */
export function expectedProofs(spec: JobSpec, preview: SourcePreview | null, artifact: Artifact | null): Proof[] {
  if (spec.job === 'verify') return ['read-back']
  const { source } = spec
  const fromStream = source.image.kind === 'stream'
  const proofs: [Proof, boolean][] = [
    ['sha256', fromStream || source.sha256 !== undefined || source.checksumFile !== undefined],
    ['signature', preview?.origin === 'signature' || preview?.origin === 'signed-list'],
    [
      'uncompressed-sha256',
      fromStream && artifact?.uncompressedSha256 != null && (spec.job === 'write' || spec.decompress === true),
    ],
    ['read-back', spec.job === 'write' && spec.verify !== false],
    ['first-boot', spec.job === 'write' && spec.firstBoot !== undefined],
  ]
  return proofs.filter(([, expected]) => expected).map(([proof]) => proof)
}
