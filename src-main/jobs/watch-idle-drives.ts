import type { DriveFeed } from './drive-feed.ts'

/**
 * Share of the time that a drive must be idle to be worth another decoder thread. A thread takes
 * more than 100 MiB, and saves at most this share.
 */
const worthwhile = 0.2
/** Minimum idle time, in milliseconds. Over less time, the share is random. */
const leastIdle = 250

/**
 * Returns a function that tells whether a drive was idle for so long that another decoder thread is
 * worthwhile. Idle time counts between calls if it is a fifth of the time there or more; otherwise
 * counting begins anew. The first call returns false: it begins the time.
 * @param now – clock of the feeds, in milliseconds
 */
export function watchIdleDrives(
  feeds: readonly Pick<DriveFeed, 'open' | 'busy'>[],
  now = () => performance.now(),
): () => boolean {
  let last: { at: number; busy: number[] } | null = null
  let idle = 0
  return () => {
    const [before, next] = [last, { at: now(), busy: feeds.map((feed) => feed.busy.elapsed()) }]
    last = next
    if (before === null) return false
    const elapsed = next.at - before.at
    const idleTimes = feeds.map(({ open }, index) => (open ? elapsed - (next.busy[index]! - before.busy[index]!) : 0))
    const most = Math.max(...idleTimes)
    idle = most >= worthwhile * elapsed ? idle + most : 0
    if (idle < leastIdle) return false
    idle = 0
    return true
  }
}
