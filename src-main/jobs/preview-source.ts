import type { SourcePreview } from '../../src-shared/api.ts'
import type { Refusal } from '../../src-shared/drive.ts'
import { KindlingError } from '../../src-shared/failure.ts'
import type { SourceSpec } from '../../src-shared/job.ts'
import { measureImage } from '../image/measure-image.ts'
import { openSource } from '../image/open-source.ts'
import { planSources } from '../image/plan-source.ts'
import type { SourcePlan } from '../image/source.ts'
import { readTrust, type Trust } from '../image/trust.ts'
import { refuse } from '../drives/refusal.ts'
import type { Ports } from '../ports.ts'
import { requireImage } from './require-image.ts'

/**
 * Learns what a job would read, without reading it: sizes, and who signed it.
 * @throws the failures of plan, signature and source; a missing signature is an answer, not a failure
 */
export async function previewSource(ports: Ports, spec: SourceSpec): Promise<SourcePreview> {
  // Nobody waits for a preview that does not come soon.
  const signal = AbortSignal.timeout(30_000)
  const plans = await planSources(ports, spec, signal)
  const parts = await Promise.all(plans.map((plan) => previewPlan(ports, plan, signal)))
  const first = plans[0]!
  const sum = (sizes: (number | null)[]) =>
    sizes.reduce<number | null>((total, size) => (total === null || size === null ? null : total + size), 0)
  return {
    name: plans.length === 1 ? first.name : `${first.artifact?.format} (${plans.length} files)`,
    doubts: first.doubts ?? [],
    release: first.artifact?.release ?? null,
    size: sum(parts.map(({ size }) => size)),
    imageSize: sum(parts.map(({ imageSize }) => imageSize)),
    cached: parts.every(({ cached }) => cached),
    origin: parts[0]!.trust.origin,
    signer: parts[0]!.trust.signature?.signedBy.signer ?? null,
    refusal: refusalOf(plans),
  }
}

function refusalOf(plans: SourcePlan[]): Refusal | null {
  try {
    requireImage(plans)
    return null
  } catch (error) {
    if (error instanceof KindlingError) return refuse(error.code, error.details)
    throw error
  }
}

async function previewPlan(ports: Ports, plan: SourcePlan, signal: AbortSignal) {
  const [trust, source] = await Promise.all([readTrustOrNone(ports, plan, signal), openSource(ports, plan, signal)])
  const { imageSize } = await measureImage(source, plan.name, signal)
  return { trust, size: source.size, imageSize, cached: source.fromCache }
}

async function readTrustOrNone(ports: Ports, plan: SourcePlan, signal: AbortSignal): Promise<Trust> {
  try {
    return await readTrust(ports, plan, signal)
  } catch (error) {
    if (error instanceof KindlingError && error.code === 'signature-missing') return { origin: 'none', signature: null }
    throw error
  }
}
