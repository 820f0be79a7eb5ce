import { KindlingError } from '../../src-shared/failure.ts'
import { say } from '../../src-shared/phrases.ts'
import { refuseContainerName } from '../image/decode/detect-kind.ts'
import type { SourcePlan } from '../image/source/source.ts'

/**
 * Returns the only file of a source, if its name can be that of a drive image. Its bytes are
 * checked when they are read.
 * @throws image-container, image-packed
 */
export function requireImage(plans: SourcePlan[]): SourcePlan {
  const plan = plans[0]!
  if (plans.length > 1)
    throw new KindlingError('image-container', {
      source: say('the-format', { format: plan.artifact?.format ?? '' }),
      kind: say('set-of-files', { count: plans.length }),
    })
  refuseContainerName(plan.name)
  return plan
}
