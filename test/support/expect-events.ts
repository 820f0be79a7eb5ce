import { expect } from 'vitest'
import type { FailureCode } from '../../src-shared/failure-catalog.ts'
import type { Failure } from '../../src-shared/failure.ts'
import { receipt, type Receipt } from '../../src-shared/receipt.ts'
import type { Run } from './worlds/run-kindling.ts'

/** The order in which a job passes through the phases that it has. */
const phases = ['signature', 'prove', 'prepare', 'download', 'write', 'flush', 'read-back', 'finish']
const kinds = ['phase', 'progress', 'proof', 'warning', 'done', 'failed']

/** Holds a run with `--json` to its grammar: every line an event, the last one and only it the end, stderr empty. */
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

/** The receipt of a run with `--json` that succeeded. */
export function expectDone(run: Run): Receipt {
  expectGrammar(run)
  const last = run.events.at(-1)
  expect(last, run.stdout).toMatchObject({ event: 'done' })
  expect(run.code).toBe(0)
  return receipt.parse((last as unknown as { receipt: unknown }).receipt)
}

/** The failure of a run with `--json` that did not succeed. */
export function expectFailed(run: Run, code: FailureCode, exit: number): Failure {
  expectGrammar(run)
  const last = run.events.at(-1) as unknown as Failure
  expect({ code: last.code, exit: run.code }, run.stdout).toEqual({ code, exit })
  // No value of the catalog's words is left without what it stands for.
  expect(`${last.title} ${last.advice}`).not.toMatch(/\{\w+\}|undefined|\[object/)
  return last
}
