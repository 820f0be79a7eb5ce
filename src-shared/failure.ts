import { z } from 'zod'
import type { DriveState } from './drive-state.ts'
import { failureCatalog, type FailureCode } from './failure-catalog.ts'
import { plain } from './plain.ts'

/** Facts about one failure: plain values, safe to show, to log and to send between processes. */
export const failureDetails = z.record(
  z.string(),
  z.union([z.string(), z.number(), z.boolean(), z.null(), z.array(z.string())]),
)
export type FailureDetails = z.infer<typeof failureDetails>

/**
 * Failure as users and programs receive it. `driveState` is null when the job involved no drive.
 */
export interface Failure {
  code: FailureCode
  title: string
  advice: string
  driveState: DriveState | null
  details: FailureDetails
}

/** Only error class of Kindling: thrown internally, converted into a `Failure` at the door. */
export class KindlingError extends Error {
  readonly code: FailureCode
  readonly details: FailureDetails
  /** Set by the write job. No other code knows the state of the drive. */
  driveState: DriveState | null = null

  constructor(code: FailureCode, details: FailureDetails = {}, options?: ErrorOptions) {
    super(`${code}: ${fill(failureCatalog[code].title, details)}`, options)
    this.name = 'KindlingError'
    this.code = code
    this.details = details
  }
}

/**
 * Converts an error into a failure for display, with invisible characters made visible. An error
 * that is not Kindling's own becomes `internal`, with its message in the details.
 */
export function toFailure(error: unknown, driveState: DriveState | null = null): Failure {
  const known =
    error instanceof KindlingError
      ? error
      : new KindlingError('internal', { reason: reasonOf(error) }, { cause: error })
  const { title, advice } = failureCatalog[known.code]
  const details = plainDetails(known.details)
  return {
    code: known.code,
    title: fill(title, details),
    advice: fill(advice, details),
    driveState: known.driveState ?? driveState,
    details,
  }
}

/** Returns the same values, with invisible characters made visible. */
export const plainDetails = (details: FailureDetails): FailureDetails =>
  Object.fromEntries(Object.entries(details).map(([name, value]) => [name, showValue(value)]))

function showValue(value: FailureDetails[string]): FailureDetails[string] {
  if (Array.isArray(value)) return value.map((each) => plain(each))
  return typeof value === 'string' ? plain(value) : value
}

/** Returns the exit code of the command line for a failure (docs/reference.md, "Exit codes"). */
export const exitCodeOf = (code: FailureCode): number => failureCatalog[code].exit

export function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  const cause = error.cause === undefined ? '' : ` (${reasonOf(error.cause)})`
  return `${error.message}${cause}`
}

function fill(template: string, details: FailureDetails): string {
  return template.replaceAll(/\{(\w+)\}/g, (whole, name: string) => {
    const value = details[name]
    if (value === undefined || value === null) return whole
    return Array.isArray(value) ? value.join(', ') : String(value)
  })
}
