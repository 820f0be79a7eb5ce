import { expect, test } from 'vitest'
import { describePhase } from '../../../src-renderer/progress/describe-phase.ts'
import type { JobKind, RunningJob } from '../../../src-renderer/job/running-job.svelte.ts'
import { language } from '../../../src-renderer/words/language.svelte.ts'
import { languages } from '../../../src-shared/language.ts'
import { phases, type Phase } from '../../../src-shared/phase.ts'

const describeAs = (job: JobKind, phase: Phase) =>
  describePhase({ view: { phase }, request: { spec: { job } } } as unknown as RunningJob)

test.each(languages)('no phase of a job that only reads a drive says that it is erased, in %s', (spoken) => {
  language.current = spoken
  try {
    const erases = /clear|eras|стира|очист/i
    for (const job of ['verify', 'identify', 'save'] as const)
      for (const phase of phases) expect(describeAs(job, phase)).not.toMatch(erases)
    expect(describeAs('write', 'prepare')).toMatch(erases)
    expect(describeAs('restore', 'prepare')).toMatch(erases)
  } finally {
    language.current = 'en'
  }
})
