import type { DriveFeed } from './drive-feed.ts'

/**
 * Share of the time that a drive must be idle to be worth another decoder thread. With less, the
 * thread would take more than 100 MiB to save less than this share.
 */
const worthwhile = 0.2
/** Minimum idle time, in milliseconds. Over less time, the share is random. */
const leastIdle = 250

/**
 * Returns a function that tells whether a drive was idle for so long that another decoder thread is
 * worthwhile. A drive is idle while it waits for a piece and writes nothing. A drive that was left
 * behind waits for another reading, so it does not count. Idle time counts between calls if it is a
 * fifth of the time there or more; otherwise counting begins anew. The first call returns false: it
 * begins the time.
 * @param now – clock of the feeds, in milliseconds
 */
export function watchIdleDrives(
  feeds: readonly Pick<DriveFeed, 'open' | 'behind' | 'waits' | 'busy'>[],
  now = () => performance.now(),
): () => boolean {
  const measure = () => ({
    at: now(),
    drives: feeds.map(({ waits, busy }) => ({ waited: waits.elapsed(), busy: busy.elapsed() })),
  })
  let last: ReturnType<typeof measure> | null = null
  let idle = 0
  return () => {
    const [before, next] = [last, measure()]
    last = next
    if (before === null) return false
    const elapsed = next.at - before.at
    const idleTimes = feeds.map(({ open, behind }, index) => {
      const [then, since] = [before.drives[index]!, next.drives[index]!]
      return open && !behind ? Math.min(since.waited - then.waited, elapsed - (since.busy - then.busy)) : 0
    })
    const most = Math.max(...idleTimes)
    idle = most >= worthwhile * elapsed ? idle + most : 0
    if (idle < leastIdle) return false
    idle = 0
    return true
  }
}
