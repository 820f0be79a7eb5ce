import { KindlingError } from '../../src-shared/failure.ts'
import { RetryLater, SilenceError } from './http.ts'
import type { Clock } from '../memory/clock.ts'

/** Status codes after which a retry may succeed. coreos-installer retries the same ones. */
const retryableStatuses = new Set([408, 429, 500, 502, 503, 504])
const firstDelay = 500
const longestDelay = 30_000
/**
 * Number of failures that are each reported. Of later ones, only the 8th, the 16th and so on are.
 */
const toldOneByOne = 5

export function isRetryable(error: unknown): error is KindlingError {
  if (!(error instanceof KindlingError)) return false
  if (error.code === 'network-unreachable' || error.code === 'download-short') return true
  return error.code === 'http-status' && retryableStatuses.has(Number(error.details['status']))
}

/** Maximum `Retry-After`, in milliseconds. A longer one is ignored. */
const longestAsked = 120_000
/** Minimum wait that is reported, in milliseconds. */
const worthTelling = 10_000

/** A retry, made because the server was silent or asked for a later request. */
export interface Retry {
  why: 'silent' | 'busy'
  host: string
  /** Duration of the past silence or of the coming wait, in seconds. */
  seconds: number
  /** Number of the coming attempt. The first attempt is 1. */
  attempt: number
}

export interface Retries {
  /** Resets the count of failures, because the server has sent data. */
  madeProgress(): void
  /**
   * Waits before the next attempt.
   * @throws the error itself when it is final or all retries are used up
   */
  afterFailure(error: unknown): Promise<void>
}

export interface RetryPorts extends Clock {
  /** Returns a random number, at least 0 and less than 1. */
  random(): number
  /** Called before a request to a silent or busy server is retried. */
  onRetry?: (retry: Retry) => void
}

/** The limits of retries. */
export interface Asking {
  /** Maximum number of consecutive failures to retry after; null for no limit. */
  retries: number | null
  /**
   * Time limit for all attempts together, in milliseconds. The next attempt is made only if it ends
   * within the limit when it takes as long as the previous one. Omitted if the user set the number
   * of retries.
   */
  within?: number | undefined
  /** Host name to report if an error does not name it. */
  host?: string
}

/**
 * Creates a retry counter with exponential backoff, from half a second to half a minute. The upper
 * half of each delay is random. Clients of a server that was down therefore do not all return at
 * the same moment. `Retry-After` is respected. Waits that the user notices are reported to
 * `ports.onRetry`.
 */
export function createRetries(
  ports: RetryPorts,
  { retries, within = Infinity, host = '' }: Asking,
  signal: AbortSignal,
): Retries {
  let failures = 0
  const startedAt = ports.now()
  let triedAt = startedAt
  return {
    madeProgress: () => {
      failures = 0
    },
    afterFailure: async (error) => {
      if (signal.aborted || !isRetryable(error) || (retries !== null && failures >= retries)) throw error
      const now = ports.now()
      const usual = Math.min(firstDelay * 2 ** failures, longestDelay) * (0.5 + ports.random() / 2)
      const asked = error.cause instanceof RetryLater ? waitFor(error.cause, now) : 0
      const delay = Math.max(usual, asked)
      if (now - startedAt + delay + (now - triedAt) > within) throw error
      failures++
      const wait = waitOf(error, asked)
      if (wait !== null && (failures <= toldOneByOne || Number.isInteger(Math.log2(failures))))
        ports.onRetry?.({ ...wait, host: hostOf(error) ?? host, attempt: failures + 1 })
      await ports.sleep(delay, signal)
      triedAt = ports.now()
    },
  }
}

/**
 * Returns the wait that a server asks for, in milliseconds; 0 if it is longer than `longestAsked`.
 */
function waitFor({ when }: RetryLater, now: number): number {
  const wait = /^\d+$/.test(when) ? Number(when) * 1000 : Date.parse(when) - now
  return wait > 0 && wait <= longestAsked ? wait : 0
}

/**
 * Returns the reason for a wait and its duration, for the user. Returns null if the wait is too
 * short to report.
 */
function waitOf({ cause }: Error, asked: number): Pick<Retry, 'why' | 'seconds'> | null {
  if (cause instanceof SilenceError) return { why: 'silent', seconds: cause.seconds }
  return asked < worthTelling ? null : { why: 'busy', seconds: Math.ceil(asked / 1000) }
}

function hostOf(error: KindlingError): string | null {
  const { host } = error.details
  return typeof host === 'string' ? host : null
}
