import { piecesInUse, type DecodingPlan } from './plan-memory.ts'

/** The number of threads that may decode at once. */
export interface ThreadLimit {
  readonly threads: number
  /**
   * Counts a piece that the consumer requested.
   * @param isAwaited – whether the consumer had to wait for the decoder
   * @returns whether another thread may decode now
   */
  countPiece(isAwaited: boolean): boolean
}

/**
 * Creates a limit that grows by a thread whenever the consumer has waited for `piecesInUse` more
 * pieces than were ready, if it is starved then. By then the consumer has emptied its own queue, so
 * decoding is slower than the drive. If it is hardly slower, another thread would only take memory.
 * @param isStarved – see `DecodeXzOptions`
 */
export function createThreadLimit(
  { threads, threadsAtFirst }: DecodingPlan,
  isStarved: () => boolean = () => true,
): ThreadLimit {
  let allowed = threadsAtFirst
  let awaited = 0
  return {
    get threads() {
      return allowed
    },
    countPiece(isAwaited) {
      awaited = Math.max(0, awaited + (isAwaited ? 1 : -1))
      if (awaited < piecesInUse || allowed === threads) return false
      awaited = 0
      if (!isStarved()) return false
      allowed++
      return true
    },
  }
}
