import type { TestContext } from 'vitest'
import type { DriveState } from '../../../src-shared/drive-state.ts'
import type { Failure } from '../../../src-shared/failure.ts'
import { exitCodeOf } from '../../../src-shared/failure.ts'
import type { Receipt } from '../../../src-shared/receipt.ts'

/** One row of docs/fault-matrix.md: the observed effect of a fault. */
export interface FaultRow {
  fault: string
  /** The text shown to the user. */
  words: string
  exit: number
  state: DriveState | null
}

declare module 'vitest' {
  interface TaskMeta {
    faults?: FaultRow[]
  }
}

/** The running test. Several tests may run at the same time. */
export type Noting = Pick<TestContext['task'], 'meta'>

/** Adds the failure caused by a fault to the rows of a test. */
export function noteFailure(test: Noting, fault: string, failure: Failure): void {
  const { title, advice, code, driveState } = failure
  note(test, { fault, words: `${title}. ${advice}`, exit: exitCodeOf(code), state: driveState })
}

/**
 * Adds a row for a fault that a job survived. Its text is the job's warnings, or `nothing` if the
 * job gave no warning.
 */
export function noteSurvival(test: Noting, fault: string, { warnings, drive }: Receipt): void {
  const words = warnings.map(({ message }) => message).join(' ') || 'nothing'
  note(test, { fault, words, exit: 0, state: drive?.state ?? null })
}

function note({ meta }: Noting, row: FaultRow): void {
  meta.faults = [...(meta.faults ?? []), { ...row, words: generalize(row.words) }]
}

/** Replaces everything that differs from run to run. */
function generalize(words: string): string {
  return (
    words
      .replaceAll(/\/dev\/(loop|zram)\d+/g, '/dev/sdx')
      .replaceAll(/(https?):\/\/\S*\/(\S+)/g, '$1://…/$2')
      .replaceAll(/127\.0\.0\.1(:\d+)?/g, 'the server')
      .replaceAll(/(?<![\w\-:/…])\/\S*\/(\d+-)?([^/\s:]+)/g, (path, _, name: string) =>
        path.startsWith('/dev/') ? path : `…/${name}`,
      )
      // Timing decides which call notices a reset connection first.
      .replaceAll(
        /\b(connect|read|write) (ECONNRESET|EPIPE)( the server)?|other side closed|socket hang up/g,
        'ECONNRESET',
      )
      .replaceAll(/\b[0-9a-f]{16,}\b/gi, 'X')
      .replaceAll(/\bprocess \d+/g, 'process N')
      .replaceAll(/\b\d{4}-\d\d-\d\d(T[\d:.]+Z)?/g, 'DATE')
      .replaceAll(/(?<![\w.])\d+-(?=[a-z][\w-]*\.[a-z])/g, '')
      .replaceAll(/\b\d{5,}\b/g, 'N')
  )
}
