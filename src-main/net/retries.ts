import { KindlingError } from '../../src-shared/failure.ts'
import { RetryLater, SilenceError } from './http.ts'
import type { Ports } from '../ports.ts'

/** Answers after which the same request may succeed; coreos-installer retries the same ones. */
const retryableStatuses = new Set([408, 429, 500, 502, 503, 504])
const firstDelay = 500
const longestDelay = 30_000
/** The first failures that are told of; of later ones the 8th, the 16th and so on. */
const toldOneByOne = 5

export function isRetryable(error: unknown): error is KindlingError {
  if (!(error instanceof KindlingError)) return false
  if (error.code === 'network-unreachable' || error.code === 'download-short') return true
  return error.code === 'http-status' && retryableStatuses.has(Number(error.details['status']))
}

/** A longer wait that a server asks for is disregarded, in milliseconds. */
const longestAsked = 120_000
/** A shorter wait needs no word, in milliseconds. */
const worthTelling = 10_000

/** A request that is made again since its server was silent, or asked to be asked later. */
export interface Retry {
  why: 'silent' | 'busy'
  host: string
  /** Of the silence that was, or of the wait that follows. */
  seconds: number
  /** Number of the try that follows; the first one of all is 1. */
  attempt: number
}

export interface Retries {
  /** Bytes came: the next failure is the first again. */
  madeProgress(): void
  /** Waits before the next try. @throws the error itself when it is final or the tries are used up */
  afterFailure(error: unknown): Promise<void>
}

/** How a server is asked. */
export interface Asking {
  /** Failures in a row that are forgiven; null for all. */
  retries: number | null
  /**
   * Milliseconds for all tries together. A try that takes as long as the one before it must end
   * within them. Left out where a person set the number of tries.
   */
  within?: number | undefined
  /** The server, where an error does not name it. */
  host?: string
}

/**
 * Counts tries, with a doubling delay of half a second to half a minute (the upper half of it by chance, so that many
 * clients of a server that was down do not come back at once). Heeds
 * `Retry-After`. Tells `ports.onRetry` of what a person waits for.
 */
export function createRetries(
  ports: Pick<Ports, 'now' | 'sleep' | 'random' | 'onRetry'>,
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

/** Milliseconds until a server wants to be asked again; 0 where that is longer than a person waits. */
function waitFor({ when }: RetryLater, now: number): number {
  const wait = /^\d+$/.test(when) ? Number(when) * 1000 : Date.parse(when) - now
  return wait > 0 && wait <= longestAsked ? wait : 0
}

/** What a person waits for at a failure; null where it is too short for a word. */
function waitOf({ cause }: Error, asked: number): Pick<Retry, 'why' | 'seconds'> | null {
  if (cause instanceof SilenceError) return { why: 'silent', seconds: cause.seconds }
  return asked < worthTelling ? null : { why: 'busy', seconds: Math.ceil(asked / 1000) }
}

function hostOf(error: KindlingError): string | null {
  const { host } = error.details
  return typeof host === 'string' ? host : null
}
