import { piecesInUse, type DecodingPlan } from './plan-memory.ts'

/** The number of threads that may decode at once. */
export interface ThreadLimit {
  readonly threads: number
  /**
   * Counts a piece that the consumer requested.
   * @param isAwaited – whether the consumer had to wait for the decoder
   * @param isZeros – whether the piece is all zeros, which needs no ring and perhaps no writing
   * @returns whether another thread may decode now
   */
  countPiece(isAwaited: boolean, isZeros?: boolean): boolean
}

/**
 * Creates a limit that grows by a thread whenever the consumer has waited for `piecesInUse` more
 * pieces than were ready, if it is starved then. By then the consumer has emptied its own queue, so
 * decoding is slower than the drive. If it is hardly slower, another thread would only take memory.
 *
 * The limit shrinks by a thread when the consumer took twice the pieces that all rings hold, apart
 * from zeros, and never waited for the decoder: the drive or the source is the limit then. If the
 * thread is needed again, it stays.
 * @param isStarved – see `DecodeXzOptions`
 */
export function createThreadLimit(
  { threads, threadsAtFirst, frames }: DecodingPlan,
  isStarved: () => boolean = () => true,
): ThreadLimit {
  let allowed = threadsAtFirst
  let awaited = 0
  let ready = 0
  /** The limit never shrinks below this number. */
  let needed = threadsAtFirst
  let wasShrunk = false
  return {
    get threads() {
      return allowed
    },
    countPiece(isAwaited, isZeros = false) {
      if (isAwaited) ready = 0
      else if (!isZeros) ready++
      if (allowed > needed && ready >= 2 * allowed * frames) {
        allowed--
        ready = 0
        wasShrunk = true
      }
      awaited = Math.max(0, awaited + (isAwaited ? 1 : -1))
      if (awaited < piecesInUse || allowed === threads) return false
      awaited = 0
      if (!isStarved()) return false
      allowed++
      if (wasShrunk) needed = allowed
      return true
    },
  }
}
