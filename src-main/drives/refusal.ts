import type { Refusal } from '../../src-shared/drive.ts'
import { toFailure, type KindlingError } from '../../src-shared/failure.ts'

/** Returns a refusal with the title and details of the failure that it would become. */
export function toRefusal(error: KindlingError): Refusal {
  const { code, title, details } = toFailure(error)
  return { code, title, details }
}
