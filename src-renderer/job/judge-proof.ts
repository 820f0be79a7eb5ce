import type { Proof } from '../../src-shared/job.ts'
import type { RunningJob } from './running-job.svelte.ts'

/** `absent`: nobody expects it of this job. `missing`: the job ended without it. */
export type Verdict = 'earned' | 'pending' | 'absent' | 'missing'

export function judgeProof({ view, undertaking, over }: RunningJob, proof: Proof): Verdict {
  if (view.proofs[proof] !== undefined) return 'earned'
  if (!undertaking.proofs.includes(proof)) return 'absent'
  return over ? 'missing' : 'pending'
}

const all: Proof[] = ['signature', 'sha256', 'uncompressed-sha256', 'read-back']

/** A write shows every proof, so that one sees what is not there; a comparison only its own. */
export const proofsToShow = ({ view, undertaking }: RunningJob): Proof[] =>
  undertaking.spec.job === 'write'
    ? all
    : all.filter((proof) => undertaking.proofs.includes(proof) || view.proofs[proof] !== undefined)
