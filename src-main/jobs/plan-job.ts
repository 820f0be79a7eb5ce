import type { SourceSpec } from '../../src-shared/job.ts'
import { describeOffline } from '../../src-shared/units.ts'
import { planSources } from '../image/plan-source.ts'
import type { SourcePlan } from '../image/source.ts'
import type { Ports } from '../ports.ts'
import type { JobRun } from './job-run.ts'

/**
 * The files that a job is about, with a word when they are known from old metadata.
 * @throws what `planSources` throws
 */
export async function planJob(ports: Ports, spec: SourceSpec, run: JobRun): Promise<SourcePlan[]> {
  const plans = await planSources(ports, spec, run.signal)
  const { offline, artifact } = plans[0] ?? {}
  if (offline && artifact)
    run.warn('catalog-offline', describeOffline(offline.ageSeconds, offline.reason), {
      ...offline,
      stream: artifact.stream,
    })
  return plans
}
