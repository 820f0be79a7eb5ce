import type { Refusal } from '../../src-shared/drive.ts'
import type { FailureCode } from '../../src-shared/failure-catalog.ts'
import { KindlingError, toFailure, type FailureDetails } from '../../src-shared/failure.ts'

/** Returns a refusal with the title and details of the failure that it would become. */
export function refuse(code: FailureCode, details: FailureDetails): Refusal {
  const failure = toFailure(new KindlingError(code, details))
  return { code, title: failure.title, details: failure.details }
}
