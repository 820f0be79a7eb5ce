import { toFailure, type Failure } from '../../src-shared/failure.ts'

/** The failure with which something ends. @throws when it does not fail */
export const failureOf = async (work: Promise<unknown>): Promise<Failure> =>
  work.then(
    (value) => {
      throw new Error(`It did not fail, but answered ${JSON.stringify(value)}`)
    },
    (error: unknown) => toFailure(error),
  )
