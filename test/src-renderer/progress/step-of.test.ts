import { expect, test } from 'vitest'
import { stepsOf, advance, noEvents } from '../../../src-renderer/job/job-view.ts'
import { stepOf } from '../../../src-renderer/progress/step-of.ts'
import type { Phase } from '../../../src-shared/phase.ts'

const expected: Phase[] = ['signature', 'prepare', 'write', 'read-back', 'set-up', 'finish']

test.each<[phases: Phase[], step: number, steps: number]>([
  [[], 1, 6],
  [['signature'], 1, 6],
  [['signature', 'prepare', 'write'], 3, 6],
  [['signature', 'prepare', 'write', 'flush'], 3, 6],
  [['signature', 'prepare', 'write', 'flush', 'read-back'], 4, 6],
  [['signature', 'prepare', 'write', 'flush', 'read-back', 'set-up', 'finish'], 6, 6],
  [['signature', 'prove'], 2, 7],
])('after the phases %j it is step %d of %d', (phases, step, steps) => {
  const view = phases.reduce((before, phase) => advance(before, { event: 'phase', phase }, 0), noEvents)
  expect(stepOf({ steps: stepsOf(view, expected) })).toEqual({ step, steps })
})
