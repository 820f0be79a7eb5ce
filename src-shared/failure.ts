import type { DriveState } from './drive-state.ts'
import { exitCodes, failureCatalog, type FailureCode, type NamesInFailure } from './failure-catalog.ts'
import {
  isPhrase,
  mapValues,
  PhraseError,
  revivePhrase,
  revivePhrases,
  sayTitle,
  type Said,
  type Value,
} from './phrases.ts'
import { plain } from './plain.ts'
import { fillIn } from './values-in.ts'

/** Facts about one failure: values, safe to show, to log and to send between processes. */
export type FailureDetails = Record<string, Value>

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

/** Arguments of an error: a value for each name in its texts, further facts, and its cause. */
type PartsOf<Code extends FailureCode> = [NamesInFailure<Code>] extends [never]
  ? [details?: FailureDetails, options?: ErrorOptions]
  : [
      details: FailureDetails & Record<NamesInFailure<Code>, NonNullable<FailureDetails[string]>>,
      options?: ErrorOptions,
    ]

/**
 * Only error class of Kindling: thrown internally, converted into a `Failure` at the door. The code
 * decides which details the constructor requires.
 */
export class KindlingError<Code extends FailureCode = FailureCode> extends Error {
  readonly code: FailureCode
  readonly details: FailureDetails
  /** Set by the write job. No other code knows the state of the drive. */
  driveState: DriveState | null = null

  constructor(code: Code, ...[details = {}, options]: PartsOf<Code>) {
    super(`${code}: ${fillIn(failureCatalog[code].title, details)}`, options)
    this.name = 'KindlingError'
    this.code = code
    this.details = revivePhrases(details)
  }

  /** Creates an error from data: a refusal, or what another thread or process sent. */
  static revive({ code, details }: Pick<Failure, 'code' | 'details'>, options?: ErrorOptions): KindlingError {
    return new KindlingError<never>(code as never, details, options)
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
  const { title, advice, further } = failureCatalog[known.code]
  const details = plainDetails(known.details)
  const more = further === undefined ? null : fillIn(further, details)
  return {
    code: known.code,
    title: fillIn(title, details),
    advice: more === null || /\{\w+\}/.test(more) ? fillIn(advice, details) : `${fillIn(advice, details)} ${more}`,
    driveState: known.driveState ?? driveState,
    details,
  }
}

/** Returns the same values, with invisible characters made visible. */
export const plainDetails = (details: FailureDetails): FailureDetails =>
  mapValues(details, (said) =>
    isPhrase(said) ? revivePhrase({ ...said, values: plainDetails(said.values) }) : plain(said),
  )

/** Returns the exit code of the command line for a failure (docs/reference.md, "Exit codes"). */
export const exitCodeOf = (code: FailureCode): number => exitCodes[failureCatalog[code].kind]

/** Returns whether a proof failed: of a signature, a hash, the decoder or the drive. */
export const isProofFailure = (error: unknown): error is KindlingError =>
  error instanceof KindlingError && failureCatalog[error.code].kind === 'proof'

/** Returns the phrase of an error, the title of a failure, or a message with its causes. */
export function reasonOf(error: unknown): Said {
  if (error instanceof PhraseError) return error.phrase
  if (error instanceof KindlingError) return sayTitle(error.code, error.details)
  if (!(error instanceof Error)) return String(error)
  const cause = error.cause === undefined ? '' : ` (${reasonOf(error.cause)})`
  return `${error.message}${cause}`
}
