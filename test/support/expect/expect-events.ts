import { expect } from 'vitest'
import type { FailureCode } from '../../../src-shared/failure-catalog.ts'
import type { Failure } from '../../../src-shared/failure.ts'
import { receipt, type Receipt } from '../../../src-shared/receipt.ts'
import type { Run } from '../worlds/run-kindling.ts'

/** All phases in the order in which a job passes through them. No job has all of them. */
const phases = ['signature', 'prove', 'prepare', 'download', 'save', 'write', 'flush', 'read-back', 'set-up', 'finish']
const kinds = ['phase', 'progress', 'proof', 'warning', 'done', 'failed']

/**
 * Checks the output of a run with `--json`: every line is an event, only the last one is an end
 * event, and stderr is empty.
 */
export function expectGrammar(run: Run): void {
  expect(run.stderr).toBe('')
  const lines = run.stdout.split('\n')
  expect(lines.pop(), 'stdout ends with a whole line').toBe('')
  const events = lines.map((line) => JSON.parse(line) as { event: string })
  for (const { event } of events) expect(kinds).toContain(event)
  const ends = events.filter(({ event }) => event === 'done' || event === 'failed')
  expect(ends).toEqual([events.at(-1)])
  const places = phasesOf(run).map((phase) => phases.indexOf(phase))
  expect(places, 'phases come in order').toEqual(places.toSorted((a, b) => a - b))
}

export const phasesOf = (run: Run): string[] =>
  run.events.flatMap((event) => (event.event === 'phase' ? [event.phase] : []))

export const warningsOf = (run: Run): string[] =>
  run.events.flatMap((event) => (event.event === 'warning' ? [event.code] : []))

/** Returns the receipt of a run with `--json` that succeeded. */
export function expectDone(run: Run): Receipt {
  expectGrammar(run)
  const last = run.events.at(-1)
  expect(last, run.stdout).toMatchObject({ event: 'done' })
  expect(run.code).toBe(0)
  return receipt.parse((last as unknown as { receipt: unknown }).receipt)
}

/** Returns the failure of a run with `--json` that failed. */
export function expectFailed(run: Run, code: FailureCode, exit: number): Failure {
  expectGrammar(run)
  const last = run.events.at(-1) as unknown as Failure
  expect({ code: last.code, exit: run.code }, run.stdout).toEqual({ code, exit })
  // Every placeholder of the catalog's texts was replaced by its value.
  expect(`${last.title} ${last.advice}`).not.toMatch(/\{\w+\}|undefined|\[object/)
  return last
}
