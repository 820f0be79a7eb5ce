import { KindlingError } from '../../src-shared/failure.ts'

/** Maximum number of errors in a chain of causes. */
const longestChain = 8

/**
 * Describes an error and its causes as plain values, outermost first: class, code, message, and the
 * system's details (errno, syscall). Kindling's own errors need no stack; all others have one.
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

/**
 * Returns the lines of the stack. The message is omitted, because it is already in its own field.
 */
const placesIn = (stack = ''): string[] =>
  stack
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line.startsWith('at '))
    .slice(0, 12)
