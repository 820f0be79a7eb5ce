import type { SourceSpec } from '../../src-shared/job.ts'
import { offlineValues, warnOfOlder } from '../../src-shared/warnings.ts'
import { planSources } from '../image/plan-source.ts'
import type { SourcePlan } from '../image/source/source.ts'
import type { Ports } from '../ports.ts'
import type { JobRun } from './job-run.ts'

/**
 * Plans the files of a job. Warns if the metadata are old or doubtful, or the release is old.
 * @throws the failures of `planSources`
 */
export async function planJob(ports: Ports, spec: SourceSpec, run: JobRun): Promise<SourcePlan[]> {
  const plans = await planSources(ports, spec, run.signal)
  const { offline, artifact, doubts = [], older } = plans[0] ?? {}
  if (offline && artifact)
    run.warn('catalog-offline', offlineValues(artifact.stream, offline.ageSeconds, offline.reason))
  if (older) warnOfOlder(run.warn, older)
  for (const reason of doubts) run.warn('stream-doubtful', { reason })
  return plans
}
