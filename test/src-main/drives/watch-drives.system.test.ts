import { once } from 'node:events'
import { watch } from 'node:fs'
import { mkdir, writeFile } from 'node:fs/promises'
import { afterEach, expect, test, vi } from 'vitest'
import { createDrives } from '../../../src-main/create-drives.ts'
import { mountpointsOf } from '../../../src-main/drives/mountpoints-of.ts'
import { watchDrives } from '../../../src-main/drives/watch-drives.ts'
import type { DriveSystem } from '../../../src-main/drives/system.ts'
import type { Drive } from '../../../src-shared/drive.ts'
import { makeZram, run, unmount } from '../../support/drives/devices.ts'
import { holdOpen } from '../../support/drives/hold-open.ts'
import { describeWith } from '../../support/run/needs.ts'
import { makeTemporaryDirectory } from '../../support/files/temporary.ts'

describeWith(['zram', 'mount'], 'the live list', () => {
  const made: { dispose(): Promise<void> }[] = []
  let stop = () => {}
  afterEach(async () => {
    stop()
    for (const thing of made.splice(0).toReversed()) await thing.dispose()
  })

  /** Starts watching. The returned function waits until the latest list meets a condition. */
  function watchList() {
    let last: Drive[] | null = null
    let check = () => {}
    stop = createDrives().watch((drives) => {
      last = drives
      check()
    })
    return (fits: (drives: Drive[]) => boolean) =>
      new Promise<void>((resolve) => {
        check = () => {
          if (last !== null && fits(last)) resolve()
        }
        check()
      })
  }
  const find = (drives: Drive[], device: string) => drives.find(({ identity }) => identity.device === device)

  test('a drive appears, shows its mount, and goes, without anybody asking', async () => {
    const until = watchList()
    await until(() => true)
    const zram = await makeZram(32 * 2 ** 20)
    made.push(zram)
    await until((drives) => find(drives, zram.device) !== undefined)
    const temporary = await makeTemporaryDirectory()
    made.push(temporary)
    await mkdir(temporary.file('place'))
    await run('mke2fs', '-q', '-F', '-t', 'ext4', zram.device)
    await run('mount', zram.device, temporary.file('place'))
    await until((drives) => mountpointsOf(find(drives, zram.device)!).includes(temporary.file('place')))
    await unmount(temporary.file('place'))
    await until((drives) => mountpointsOf(find(drives, zram.device)!).length === 0)
    await zram.dispose()
    await until((drives) => find(drives, zram.device) === undefined)
  })

  test('a drive that a program lets go of is free again', async () => {
    const zram = await makeZram(8 * 2 ** 20)
    made.push(zram)
    const holder = await holdOpen(zram.device, 'O_RDWR')
    made.push(holder)
    const until = watchList()
    await until((drives) => find(drives, zram.device)?.refusals[0]?.code === 'drive-busy')
    await holder.dispose()
    await until((drives) => find(drives, zram.device)?.refusals.length === 0)
  })
})

/** Makes a system of drives that the test controls. */
function makeSystem() {
  const system = { prints: 'a', drives: [] as Drive[], lists: 0, fails: false }
  const looks: (() => void)[] = []
  const asSystem = {
    interval: 1,
    watched: null,
    fingerprint: async () => {
      looks.splice(0).forEach((look) => look())
      return system.prints
    },
    list: async () => {
      system.lists++
      if (system.fails) throw new Error('lsblk failed')
      return system.drives
    },
  } as unknown as DriveSystem
  /** Resolves after `times` more polls. */
  const look = async (times: number) => {
    for (let done = 0; done < times; done++) await new Promise<void>((resolve) => looks.push(resolve))
  }
  return { system, asSystem, look }
}
const named = (name: string) => ({ name, refusals: [] }) as unknown as Drive

test('lists only when the fingerprint changed, and tells only when the list did', async () => {
  const { system, asSystem, look } = makeSystem()
  const told: string[][] = []
  const stop = watchDrives(asSystem, (drives) => told.push(drives.map(({ name }) => name)))
  await look(5)
  expect([system.lists, told]).toEqual([1, [[]]])
  system.prints = 'b'
  await look(5)
  expect([system.lists, told]).toEqual([2, [[]]])
  system.drives = [named('Stick')]
  system.prints = 'c'
  await look(5)
  expect([system.lists, told]).toEqual([3, [[], ['Stick']]])
  stop()
})

test('changes that follow one another are listed together', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'setInterval'] })
  const directory = await makeTemporaryDirectory()
  const { system, asSystem } = makeSystem()
  const told: string[][] = []
  const stop = watchDrives({ ...asSystem, interval: 1000, watched: directory.path }, (drives) =>
    told.push(drives.map(({ name }) => name)),
  )
  try {
    await vi.waitFor(() => expect(told).toEqual([[]]))
    for (const print of ['b', 'c', 'd']) {
      system.prints = print
      system.drives = [named(print)]
      const seen = once(watch(directory.path), 'change')
      await writeFile(directory.file(print), '')
      await seen
    }
    expect(system.lists).toBe(1)
    await vi.advanceTimersByTimeAsync(500)
    await vi.waitFor(() => expect(told).toEqual([[], ['d']]))
    expect(system.lists).toBe(2)
  } finally {
    stop()
    vi.useRealTimers()
    await directory.dispose()
  }
})

test('after a change that showed nothing new, the next list waits for two intervals', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'setInterval'] })
  const { system, asSystem } = makeSystem()
  const stop = watchDrives({ ...asSystem, interval: 1000 }, () => {})
  const listed = (times: number) => vi.waitFor(() => expect(system.lists).toBe(times))
  try {
    await listed(1)
    system.prints = 'b'
    await vi.advanceTimersByTimeAsync(1000)
    await listed(2)
    system.prints = 'c'
    // Each check of `waitFor` advances the timers by 50 ms.
    await vi.advanceTimersByTimeAsync(1500)
    expect(system.lists).toBe(2)
    await vi.advanceTimersByTimeAsync(500)
    await listed(3)
  } finally {
    stop()
    vi.useRealTimers()
  }
})

test('after a list that took long, the next waits four times as long, but not for ever', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'setInterval', 'performance'] })
  const { system, asSystem } = makeSystem()
  const list = async () => {
    const drives = await asSystem.list()
    await new Promise<void>((resolve) => void setTimeout(resolve, duration))
    return [named(String(system.lists)), ...drives]
  }
  let duration = 2000
  const changing = { interval: 1000, list, fingerprint: async () => String((system.prints += '.')) }
  const stop = watchDrives({ ...asSystem, ...changing }, () => {})
  const begun: number[] = []
  const until = async (lists: number) => {
    while (system.lists < lists) await vi.advanceTimersByTimeAsync(100)
    begun.push(performance.now())
  }
  try {
    await until(1)
    await until(2)
    duration = 20_000
    await until(3)
    await until(4)
    const [first, second, third, fourth] = begun.map((time) => Math.round(time / 1000))
    expect([second! - first!, third! - second!, fourth! - third!]).toEqual([10, 10, 30])
  } finally {
    stop()
    vi.useRealTimers()
  }
})

test('a system that cannot tell of changes is listed at every interval', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'setInterval'] })
  const { system, asSystem } = makeSystem()
  const stop = watchDrives({ ...asSystem, interval: 1000, fingerprint: async () => null }, () => {})
  try {
    await vi.advanceTimersByTimeAsync(900)
    for (let lists = 1; lists < 6; lists++) {
      expect(system.lists).toBe(lists)
      await vi.advanceTimersByTimeAsync(1000)
    }
  } finally {
    stop()
    vi.useRealTimers()
  }
})

test('a list that fails is tried again at the next look', async () => {
  const { system, asSystem, look } = makeSystem()
  const told: Drive[][] = []
  system.fails = true
  const stop = watchDrives(asSystem, (drives) => told.push(drives))
  await look(3)
  expect(told).toEqual([])
  system.fails = false
  await look(3)
  expect(told).toEqual([[]])
  stop()
})

test('nothing is told after it was stopped, also of a list that was under way', async () => {
  const { asSystem, look } = makeSystem()
  const told: Drive[][] = []
  watchDrives(asSystem, (drives) => told.push(drives))()
  await Promise.race([look(1), new Promise((resolve) => setImmediate(resolve))])
  expect(told).toEqual([])
})
