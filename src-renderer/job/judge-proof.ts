import type { Proof } from '../../src-shared/job.ts'
import type { RunningJob } from './running-job.svelte.ts'

/** State of a proof. `absent`: not expected of this job. `missing`: the job ended without it. */
export type Verdict = 'earned' | 'pending' | 'absent' | 'missing'

export function judgeProof({ view, request, over }: RunningJob, proof: Proof): Verdict {
  if (view.proofs[proof] !== undefined) return 'earned'
  if (!request.proofs.includes(proof)) return 'absent'
  return over ? 'missing' : 'pending'
}

const all: Proof[] = ['signature', 'sha256', 'uncompressed-sha256', 'read-back']

/**
 * Returns the proofs to show. A write shows all proofs, so that missing ones are visible. Other
 * jobs show only those expected or earned.
 */
export const proofsToShow = ({ view, request }: RunningJob): Proof[] =>
  request.spec.job === 'write'
    ? all
    : all.filter((proof) => request.proofs.includes(proof) || view.proofs[proof] !== undefined)
