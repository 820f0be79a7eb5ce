import type { Failure } from '../../src-shared/failure.ts'

export const wordFailure = ({ title, advice }: Failure) => ({ title, advice })
