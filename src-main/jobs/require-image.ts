import { KindlingError } from '../../src-shared/failure.ts'
import { refuseContainerName } from '../image/detect-kind.ts'
import type { SourcePlan } from '../image/source.ts'

/**
 * The one file of a source that can be an image for a drive, as far as names tell; its bytes are looked at when they come.
 * @throws image-container
 */
export function requireImage(plans: SourcePlan[]): SourcePlan {
  const plan = plans[0]!
  if (plans.length > 1)
    throw new KindlingError('image-container', {
      source: `The format ${plan.artifact?.format}`,
      kind: `set of ${plans.length} files`,
    })
  refuseContainerName(plan.name)
  return plan
}
