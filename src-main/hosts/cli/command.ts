import type { Api } from '../../../src-shared/api.ts'
import { KindlingError, type Failure } from '../../../src-shared/failure.ts'
import type { Result } from '../../../src-shared/result.ts'
import type { Interrupts } from './interrupts.ts'
import type { Output, Streams } from './output.ts'

/** Objects that every command uses. */
export interface Surface {
  api: Api
  output: Output
  interrupts: Interrupts
  streams: Streams
  /** Keeps the machine awake until the returned function is called. */
  keepAwake(): () => void
}

/**
 * Returns the value of a successful result.
 * @throws AnsweredFailure
 */
export function unwrap<T>(result: Result<T>): T {
  if (result.ok) return result.value
  throw new AnsweredFailure(result.failure)
}

/** Failure whose texts are already complete. */
export class AnsweredFailure extends Error {
  readonly failure: Failure

  constructor(failure: Failure) {
    super(failure.title)
    this.failure = failure
  }
}

/** @throws usage */
export function refuseUsage(reason: string): never {
  throw new KindlingError('usage', { reason })
}
