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

/** A failure as people and programs receive it. `driveState` is null where no drive was part of the job. */
export interface Failure {
  code: FailureCode
  title: string
  advice: string
  driveState: DriveState | null
  details: FailureDetails
}

/** The one error class of Kindling: thrown inside, turned into a `Failure` at the door. */
export class KindlingError extends Error {
  readonly code: FailureCode
  readonly details: FailureDetails
  /** Set by the write job, which alone knows what has happened to the drive. */
  driveState: DriveState | null = null

  constructor(code: FailureCode, details: FailureDetails = {}, options?: ErrorOptions) {
    super(`${code}: ${fill(failureCatalog[code].title, details)}`, options)
    this.name = 'KindlingError'
    this.code = code
    this.details = details
  }
}

/**
 * Words a failure for people; nothing unseen is left in it, whoever said it. An error that is not Kindling's own becomes
 * `internal`, its message kept in the details.
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

/** The same values with nothing unseen in them. */
export const plainDetails = (details: FailureDetails): FailureDetails =>
  Object.fromEntries(Object.entries(details).map(([name, value]) => [name, showValue(value)]))

function showValue(value: FailureDetails[string]): FailureDetails[string] {
  if (Array.isArray(value)) return value.map((each) => plain(each))
  return typeof value === 'string' ? plain(value) : value
}

/** The process exit code that the command line owes for a failure (README, "Exit codes"). */
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
