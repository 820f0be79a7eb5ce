import { expect, test } from 'vitest'
import { noEvents } from '../../../src-renderer/job/job-view.ts'
import { milestoneOf } from '../../../src-renderer/job/milestone.ts'

test.each([
  [null, 0, null, null],
  ['write', 0, null, { phase: 'write', percent: 0 }],
  ['write', 999, null, { phase: 'write', percent: 0 }],
  ['write', 24, 100, { phase: 'write', percent: 0 }],
  ['write', 25, 100, { phase: 'write', percent: 25 }],
  ['write', 74, 100, { phase: 'write', percent: 50 }],
  ['write', 100, 100, { phase: 'write', percent: 75 }],
] as const)('of %s at %d of %s bytes it is %j that is worth saying', (phase, bytes, total, said) => {
  expect(milestoneOf({ ...noEvents, phase, bytes, total })).toEqual(said)
})
