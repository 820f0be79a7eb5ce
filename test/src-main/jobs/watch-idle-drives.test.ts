import { beforeEach, expect, test } from 'vitest'
import { watchIdleDrives } from '../../../src-main/jobs/watch-idle-drives.ts'
import { createBusyClock } from '../../../src-main/memory/busy-clock.ts'

let time = 0
beforeEach(() => (time = 0))
const now = () => time
function makeFeed() {
  const feed = { open: true, behind: false, waits: createBusyClock(now), busy: createBusyClock(now) }
  feed.waits.begin()
  return feed
}

/** Lets a drive that waits for pieces be busy, and then idle, for so many milliseconds. */
function spend({ busy: clock }: ReturnType<typeof makeFeed>, busy: number, idle: number): void {
  clock.begin()
  time += busy
  clock.end()
  time += idle
}

test('a thread is worthwhile when a drive was idle for a fifth of the time, and for a quarter of a second', () => {
  const feed = makeFeed()
  const isWorthwhile = watchIdleDrives([feed], now)
  spend(feed, 0, 10_000)
  expect(isWorthwhile(), 'before there was anything to write').toBe(false)
  spend(feed, 801, 199)
  expect(isWorthwhile()).toBe(false)
  spend(feed, 996, 249)
  expect(isWorthwhile()).toBe(false)
  spend(feed, 4, 1)
  expect(isWorthwhile()).toBe(true)
  spend(feed, 4, 1)
  expect(isWorthwhile(), 'for the next thread').toBe(false)
})

test('a drive that was idle for a moment is not, once it is busy', () => {
  const feed = makeFeed()
  const isWorthwhile = watchIdleDrives([feed], now)
  isWorthwhile()
  for (let times = 0; times < 10; times++) {
    spend(feed, 100, 200)
    expect(isWorthwhile()).toBe(false)
    spend(feed, 81, 19)
    expect(isWorthwhile()).toBe(false)
  }
})

test('a write that has not ended counts', () => {
  const feed = makeFeed()
  const isWorthwhile = watchIdleDrives([feed], now)
  isWorthwhile()
  feed.busy.begin()
  time += 1000
  expect(isWorthwhile()).toBe(false)
})

test('one idle drive of several is enough, unless it takes no more', () => {
  const feeds = [makeFeed(), makeFeed()] as const
  const isWorthwhile = watchIdleDrives(feeds, now)
  isWorthwhile()
  spend(feeds[0], 1000, 0)
  expect(isWorthwhile()).toBe(true)
  feeds[1].open = false
  spend(feeds[0], 1000, 0)
  expect(isWorthwhile()).toBe(false)
})

test('a drive that was left behind is not idle: it waits for another reading', () => {
  const feeds = [makeFeed(), makeFeed()] as const
  const isWorthwhile = watchIdleDrives(feeds, now)
  isWorthwhile()
  feeds[1].behind = true
  spend(feeds[0], 1000, 0)
  expect(isWorthwhile()).toBe(false)
})

test('a drive that is still inspected or cleared is not idle: it waits for no piece', () => {
  const feeds = [makeFeed(), makeFeed()] as const
  const isWorthwhile = watchIdleDrives(feeds, now)
  isWorthwhile()
  feeds[1].waits.end()
  spend(feeds[0], 1000, 0)
  expect(isWorthwhile()).toBe(false)
})
