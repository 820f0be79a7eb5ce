import { KindlingError } from '../../src-shared/failure.ts'
import type { Ports } from '../ports.ts'

/** Answers after which the same request may succeed; coreos-installer retries the same ones. */
const retryableStatuses = new Set([408, 429, 500, 502, 503, 504])
const firstDelay = 500
const longestDelay = 30_000

export function isRetryable(error: unknown): boolean {
  if (!(error instanceof KindlingError)) return false
  if (error.code === 'network-unreachable' || error.code === 'download-short') return true
  return error.code === 'http-status' && retryableStatuses.has(Number(error.details['status']))
}

export interface Retries {
  /** Bytes came: the next failure is the first again. */
  madeProgress(): void
  /** Waits before the next try. @throws the error itself when it is final or the tries are used up */
  afterFailure(error: unknown): Promise<void>
}

/**
 * Counts tries, with a doubling delay of half a second to half a minute (the upper half of it by chance, so that many
 * clients of a server that was down do not come back at once).
 * @param limit failures in a row that are forgiven; null for all
 */
export function createRetries(
  ports: Pick<Ports, 'sleep' | 'random'>,
  limit: number | null,
  signal: AbortSignal,
): Retries {
  let failures = 0
  return {
    madeProgress: () => {
      failures = 0
    },
    afterFailure: async (error) => {
      if (signal.aborted || !isRetryable(error) || (limit !== null && failures >= limit)) throw error
      const delay = Math.min(firstDelay * 2 ** failures, longestDelay)
      failures++
      await ports.sleep(delay * (0.5 + ports.random() / 2), signal)
    },
  }
}
