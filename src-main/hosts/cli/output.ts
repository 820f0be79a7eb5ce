import type { Failure } from '../../../src-shared/failure.ts'
import { plain, plainJson } from '../../../src-shared/plain.ts'
import type { DriveState } from '../../../src-shared/drive-state.ts'

/** Standard streams. Each may be a terminal. */
export interface Streams {
  stdin: NodeJS.ReadableStream & { isTTY?: boolean }
  stdout: NodeJS.WritableStream
  stderr: NodeJS.WritableStream & { isTTY?: boolean; columns?: number }
}

/**
 * Output of a command. Results go to stdout and everything else to stderr. With --json, everything
 * goes to stdout, one object per line.
 */
export interface Output {
  readonly json: boolean
  /** Prints a result for the user; nothing with --json. */
  print(text: string): void
  /** Prints a message to stderr; nothing with --json. */
  note(text: string): void
  /** Writes one event of the job or the end of the command; nothing without --json. */
  event(event: object): void
  /**
   * Reports a failure.
   * @param tags – additional properties of the event
   */
  fail(failure: Failure, tags?: object): void
}

const stateWords: Record<DriveState, string> = {
  untouched: 'The drive was not changed.',
  cleared: 'The drive was erased and cannot boot.',
  proved: 'The drive matches the image.',
  'written-not-read-back': 'The drive was written, but not read back.',
  unknown: 'The contents of the drive are unknown. Do not boot from it.',
}

export const describeState = (state: DriveState): string => stateWords[state]

export function createOutput(json: boolean, { stdout, stderr }: Pick<Streams, 'stdout' | 'stderr'>): Output {
  return {
    json,
    print(text) {
      if (!json) stdout.write(`${plainLines(text)}\n`)
    },
    note(text) {
      if (!json) stderr.write(`${plainLines(text)}\n`)
    },
    event(event) {
      if (json) stdout.write(`${plainJson(event)}\n`)
    },
    fail(failure, tags) {
      if (json) this.event({ event: 'failed', ...failure, ...tags })
      else this.note(describeFailure(failure))
    },
  }
}

/**
 * Makes output safe for the terminal, line by line. Text from outside that could look like a line
 * of its own was made plain before.
 */
const plainLines = (text: string) =>
  text
    .split('\n')
    .map((line) => plain(line, Infinity))
    .join('\n')

function describeFailure({ code, title, advice, driveState, details }: Failure): string {
  const facts = Object.entries(details)
    .filter(([, value]) => value !== null && !title.includes(String(value)) && !advice.includes(String(value)))
    .map(([name, value]) => `  ${name}: ${Array.isArray(value) ? value.join(', ') : value}`)
  return [
    `kindling: ${title}.`,
    ...(driveState === null ? [] : [describeState(driveState)]),
    advice,
    `  code: ${code}`,
    ...facts,
  ].join('\n')
}
