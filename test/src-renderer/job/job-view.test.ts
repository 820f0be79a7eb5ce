import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { JobEvent } from '../../../src-shared/job.ts'
import type { Phase } from '../../../src-shared/phase.ts'
import { advance, noEvents, stepsOf } from '../../../src-renderer/job/job-view.ts'

const after = (...events: JobEvent[]) => events.reduce((view, event) => advance(view, event, 0), noEvents)
const phase = (name: Phase): JobEvent => ({ event: 'phase', phase: name })
const progress = (name: Phase, bytes: number, total: number | null = 100): JobEvent => ({
  ...{ event: 'progress', phase: name, bytes, total },
  ...{ rate: 10, eta: 9, limit: 'drive', rates: { drive: 10 }, skipped: 3 },
})
const expected: Phase[] = ['signature', 'prepare', 'write', 'read-back', 'finish']
const states = (view: typeof noEvents) => stepsOf(view, expected).map(({ phase, state }) => `${phase} ${state}`)

test('before anything happens all phases are ahead', () => {
  expect(new Set(stepsOf(noEvents, expected).map(({ state }) => state))).toEqual(new Set(['ahead']))
})

test('a phase that has begun is current, those before it are passed', () => {
  expect(states(after(phase('signature'), phase('prepare'), phase('write')))).toEqual([
    'signature passed',
    'prepare passed',
    'write current',
    'read-back ahead',
    'finish ahead',
  ])
})

test('a phase that nobody expected takes its place in the path', () => {
  expect(states(after(phase('signature'), phase('prove')))[1]).toBe('prove current')
})

test('the bytes of a phase never go back', () => {
  expect(after(phase('write'), progress('write', 50), progress('write', 40)).bytes).toBe(50)
})

test('a new phase starts from zero, and forgets the rate of the last', () => {
  const view = after(phase('write'), progress('write', 90), phase('read-back'))
  expect(view).toMatchObject({ bytes: 0, total: null, rate: null, eta: null, limit: null, rates: {} })
})

test('the history of rates and what was skipped belong to the whole job', () => {
  const view = [phase('write'), progress('write', 90), phase('read-back'), progress('read-back', 1)].reduce(
    (before, event, index) => advance(before, event, index * 1000),
    noEvents,
  )
  expect(view.history.stretches.map(({ rates }) => rates)).toEqual([{ drive: 10 }, { drive: 10 }])
  expect(view.skipped).toBe(3)
})

test('how much of a phase is done never goes back, whatever bytes and totals come', () => {
  const numbers = fc.nat(1_000_000)
  fc.assert(
    fc.property(fc.array(fc.tuple(numbers, fc.option(numbers))), (reports) => {
      let view = after(phase('write'))
      for (const [bytes, total] of reports) {
        const next = advance(view, progress('write', bytes, total), 0)
        expect(next.done).toBeGreaterThanOrEqual(view.done)
        expect(next.done).toBeLessThanOrEqual(1)
        expect(next.bytes).toBeGreaterThanOrEqual(view.bytes)
        view = next
      }
    }),
  )
})

test('progress of another phase than the current one is not shown', () => {
  expect(after(phase('read-back'), progress('write', 90)).bytes).toBe(0)
})

test('a step is as full as its bytes', () => {
  const view = after(phase('write'), progress('write', 25))
  expect(stepsOf(view, expected).find(({ phase }) => phase === 'write')!.done).toBe(0.25)
})

test('without a total a step does not pretend to fill', () => {
  const view = after(phase('write'), progress('write', 25, null))
  expect(stepsOf(view, expected).find(({ phase }) => phase === 'write')!.done).toBe(0)
})

test('proofs and warnings add up', () => {
  const view = after(
    { event: 'proof', proof: 'sha256', statement: 'It has it.', details: { from: 'stream' } },
    { event: 'warning', code: 'a', message: 'A.', details: {} },
    { event: 'warning', code: 'b', message: 'B.', details: {} },
  )
  expect(view.proofs).toEqual({ sha256: { statement: 'It has it.', details: { from: 'stream' } } })
  expect(view.warnings.map(({ code }) => code)).toEqual(['a', 'b'])
})

test('a failure is kept without its event name', () => {
  const failure = {
    code: 'drive-gone',
    title: 'Gone',
    advice: 'Plug it in',
    driveState: 'unknown',
    details: {},
  } as const
  expect(after({ event: 'failed', ...failure }).failure).toEqual(failure)
})
