import type { Proof } from '../../src-shared/job.ts'
import type { RunningJob } from './running-job.svelte.ts'

/** State of a proof. `absent`: not expected of this job. `missing`: the job ended without it. */
export type ProofVerdict = 'earned' | 'pending' | 'absent' | 'missing'

export function judgeProof({ view, request, over }: RunningJob, proof: Proof): ProofVerdict {
  if (view.proofs[proof] !== undefined) return 'earned'
  if (!request.proofs.includes(proof)) return 'absent'
  return over ? 'missing' : 'pending'
}

const always: Proof[] = ['signature', 'sha256', 'uncompressed-sha256', 'read-back']
const all: Proof[] = [...always, 'first-boot']

/**
 * Returns the proofs to show. A write shows those of the image even where they are not expected, so
 * that missing ones are visible. All others are shown only if they are expected or earned.
 */
export const proofsToShow = ({ view, request }: RunningJob): Proof[] =>
  all.filter(
    (proof) =>
      (request.spec.job === 'write' && always.includes(proof)) ||
      request.proofs.includes(proof) ||
      view.proofs[proof] !== undefined,
  )
