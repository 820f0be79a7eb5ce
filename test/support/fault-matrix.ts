import type { TestContext } from 'vitest'
import type { DriveState } from '../../src-shared/drive-state.ts'
import type { Failure } from '../../src-shared/failure.ts'
import { exitCodeOf } from '../../src-shared/failure.ts'
import type { Receipt } from '../../src-shared/receipt.ts'

/** One line of docs/fault-matrix.md: what a fault really came to. */
export interface FaultRow {
  fault: string
  /** What the person reads. */
  words: string
  exit: number
  state: DriveState | null
}

declare module 'vitest' {
  interface TaskMeta {
    faults?: FaultRow[]
  }
}

/** The test that runs; several may at the same time. */
export type Noting = Pick<TestContext['task'], 'meta'>

/** Adds what a fault came to, to the rows of a test. */
export function noteFailure(test: Noting, fault: string, failure: Failure): void {
  const { title, advice, code, driveState } = failure
  note(test, { fault, words: `${title}. ${advice}`, exit: exitCodeOf(code), state: driveState })
}

/** A fault that a job survived. @param words told on the way; none where nobody need know */
export function noteSurvival(test: Noting, fault: string, { warnings, drive }: Receipt): void {
  const words = warnings.map(({ message }) => message).join(' ') || 'nothing'
  note(test, { fault, words, exit: 0, state: drive?.state ?? null })
}

function note({ meta }: Noting, row: FaultRow): void {
  meta.faults = [...(meta.faults ?? []), { ...row, words: generalize(row.words) }]
}

/** Leaves out what differs from run to run. */
function generalize(words: string): string {
  return (
    words
      .replaceAll(/\/dev\/(loop|zram)\d+/g, '/dev/sdx')
      .replaceAll(/(https?):\/\/\S*\/(\S+)/g, '$1://…/$2')
      .replaceAll(/127\.0\.0\.1(:\d+)?/g, 'the server')
      .replaceAll(/(?<![\w\-:/…])\/\S*\/(\d+-)?([^/\s:]+)/g, (path, _, name: string) =>
        path.startsWith('/dev/') ? path : `…/${name}`,
      )
      // It depends on the moment who notices first that a connection was reset.
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
