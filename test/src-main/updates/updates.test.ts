import { beforeEach, expect, test, vi } from 'vitest'
import type { Ports } from '../../../src-main/ports.ts'
import { Updates, type Updater } from '../../../src-main/updates/updates.ts'

const day = 24 * 60 * 60 * 1000

/** A clock that the test advances. */
class Clock {
  time = 0
  readonly #sleepers: { until: number; wake: () => void }[] = []

  readonly sleep = (milliseconds: number, signal?: AbortSignal) =>
    new Promise<void>((wake, reject) => {
      this.#sleepers.push({ until: this.time + milliseconds, wake })
      signal?.addEventListener('abort', () => reject(signal.reason as Error))
    })

  async pass(milliseconds: number): Promise<void> {
    this.time += milliseconds
    for (const { until, wake } of this.#sleepers) if (until <= this.time) wake()
    await new Promise((settle) => setImmediate(settle))
  }
}

let clock: Clock
let count: number
let change: (count: number) => void
let others: boolean
const look = vi.fn<Updater['look']>()
const open = vi.fn(async (): Promise<Updater> => ({ look, fetch: vi.fn(), install: vi.fn() }))

function createUpdates(why: 'system' | null = null): Updates {
  const ports = { now: () => clock.time, sleep: clock.sleep } as unknown as Ports
  return new Updates(ports, {
    why,
    keys: { pinned: [], bundled: async () => null, urls: () => [] },
    open,
    jobs: {
      get count() {
        return count
      },
      onChange: (listener) => (change = listener),
    },
    othersAreBusy: async () => others,
  })
}
/** Reports the number of running jobs, as the window does. */
function haveJobs(many: number): void {
  count = many
  change(many)
}

beforeEach(() => {
  clock = new Clock()
  count = 0
  others = false
  open.mockClear()
  look.mockReset().mockResolvedValue(null)
})

test('nothing is loaded or looked for before the settings say so, and nothing after they say no more', async () => {
  const updates = createUpdates()
  updates.applyChannel('off')
  await clock.pass(2 * day)
  expect(updates.now).toEqual({ state: 'off', waits: false })
  updates.applyChannel('stable')
  await clock.pass(29_000)
  expect(open).not.toHaveBeenCalled()
  updates.applyChannel('off')
  await clock.pass(2 * day)
  expect(open).not.toHaveBeenCalled()
})

test('is looked for half a minute after the start, and once a day from then on', async () => {
  const updates = createUpdates()
  updates.applyChannel('stable')
  await clock.pass(30_000)
  expect(look.mock.calls.map(([channel]) => channel)).toEqual(['stable'])
  expect(updates.now.state).toBe('current')
  await clock.pass(day - 1)
  expect(look).toHaveBeenCalledTimes(1)
  await clock.pass(1)
  expect(look).toHaveBeenCalledTimes(2)
})

test('the same setting said again begins nothing anew, another channel does', async () => {
  const updates = createUpdates()
  updates.applyChannel('stable')
  await clock.pass(20_000)
  updates.applyChannel('stable')
  await clock.pass(10_000)
  expect(look).toHaveBeenCalledTimes(1)
  updates.applyChannel('beta')
  expect(updates.now.state).toBe('idle')
  await clock.pass(30_000)
  expect(look.mock.lastCall?.[0]).toBe('beta')
})

test('a look whose time comes while a job runs waits until it has ended', async () => {
  const updates = createUpdates()
  updates.applyChannel('stable')
  haveJobs(1)
  await clock.pass(30_000)
  expect(look).not.toHaveBeenCalled()
  expect(updates.now).toEqual({ state: 'idle', waits: true })
  haveJobs(0)
  await clock.pass(0)
  expect(look).toHaveBeenCalledTimes(1)
})

test('a job that begins ends a look, which is taken up after it', async () => {
  const updates = createUpdates()
  look.mockImplementationOnce(
    (_channel, signal) =>
      new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason as Error))),
  )
  updates.applyChannel('stable')
  await clock.pass(30_000)
  expect(updates.now.state).toBe('looking')
  haveJobs(1)
  await clock.pass(0)
  expect(updates.now).toEqual({ state: 'idle', waits: true })
  haveJobs(0)
  await clock.pass(0)
  expect(look).toHaveBeenCalledTimes(2)
  expect(updates.now).toEqual({ state: 'current', waits: false })
})

test('another Kindling’s job is waited for, too', async () => {
  const updates = createUpdates()
  updates.applyChannel('stable')
  others = true
  await expect(updates.look()).rejects.toMatchObject({ code: 'update-waits' })
  others = false
  await updates.look()
  expect(updates.now.state).toBe('current')
})

test('a package that the system keeps is never asked for', async () => {
  const updates = createUpdates('system')
  updates.applyChannel('stable')
  await clock.pass(2 * day)
  await updates.look()
  expect(updates.now).toEqual({ state: 'not-offered', reason: 'system', waits: false })
  expect(open).not.toHaveBeenCalled()
})
