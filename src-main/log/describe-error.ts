import { KindlingError } from '../../src-shared/failure.ts'

/** Causes of one error that are told. */
const longestChain = 8

/**
 * An error and what caused it, outermost first, as plain values: class, code, message, and what the system says of it
 * (errno, syscall). Kindling's own errors need no stack, all others have one.
 */
export function describeError(error: unknown): object[] {
  const chain: object[] = []
  let current: unknown = error
  while (current !== undefined && current !== null && chain.length < longestChain) {
    if (!(current instanceof Error)) {
      chain.push({ message: String(current) })
      break
    }
    const { name, message, stack } = current
    const { code, errno, syscall } = current as NodeJS.ErrnoException
    const isInternal = !(current instanceof KindlingError) || current.code === 'internal'
    chain.push({ name, message, code, errno, syscall, ...(isInternal ? { stack: placesIn(stack) } : {}) })
    current = current.cause ?? (current instanceof AggregateError ? (current.errors as unknown[])[0] : undefined)
  }
  return chain
}

/** The stack's lines without the message, which is told already. */
const placesIn = (stack = ''): string[] =>
  stack
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line.startsWith('at '))
    .slice(0, 12)
