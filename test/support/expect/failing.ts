import { toFailure, type Failure } from '../../../src-shared/failure.ts'

/**
 * Returns the failure with which a promise rejects.
 * @throws Error if the promise resolves
 */
export const failureOf = async (work: Promise<unknown>): Promise<Failure> =>
  work.then(
    (value) => {
      throw new Error(`It did not fail, but answered ${JSON.stringify(value)}`)
    },
    (error: unknown) => toFailure(error),
  )
