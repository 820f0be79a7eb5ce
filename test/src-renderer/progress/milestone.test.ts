import { expect, test } from 'vitest'
import { milestoneOf } from '../../../src-renderer/progress/milestone.ts'

test.each([
  [null, 0, null],
  ['write', 0, { phase: 'write', percent: 0 }],
  ['write', 0.24, { phase: 'write', percent: 0 }],
  ['write', 0.25, { phase: 'write', percent: 25 }],
  ['read-back', 0.74, { phase: 'read-back', percent: 50 }],
  ['finish', 1, { phase: 'finish', percent: 75 }],
] as const)('in phase %s of a job that is done to %d it is %j that is worth saying', (phase, fraction, said) => {
  expect(milestoneOf({ view: { phase }, fraction })).toEqual(said)
})
