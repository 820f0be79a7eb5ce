import { describe, expect, test } from 'vitest'
import { createBusyClock } from '../../../src-main/memory/busy-clock.ts'
import { createChannel, meterWaits } from '../../../src-main/memory/channel.ts'

const settle = () => new Promise<void>((resolve) => setImmediate(resolve))

describe('a channel', () => {
  test('gives values in order, and ends after the last one', async () => {
    const channel = createChannel<number>(2)
    const sending = (async () => {
      for (let value = 0; value < 10; value++) expect(await channel.send(value)).toBe(true)
      channel.close()
    })()
    const got: number[] = []
    for await (const value of channel) got.push(value)
    await sending
    expect(got).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9])
  })

  test('makes its writer wait while it is full', async () => {
    const channel = createChannel<number>(2)
    let sent = 0
    for (let value = 0; value < 3; value++) void channel.send(value).then(() => sent++)
    await settle()
    expect(sent).toBe(2)
    await channel[Symbol.asyncIterator]().next()
    await settle()
    expect(sent).toBe(3)
  })

  test('gives what was sent before it failed, then the failure', async () => {
    const channel = createChannel<number>(5)
    await channel.send(1)
    channel.close(new Error('gone'))
    channel.close()
    const reader = channel[Symbol.asyncIterator]()
    expect(await reader.next()).toMatchObject({ value: 1 })
    await expect(reader.next()).rejects.toThrow('gone')
  })

  test('tells its writer that nobody reads any more, wherever it waits', async () => {
    const channel = createChannel<number>(1)
    await channel.send(1)
    const waiting = channel.send(2)
    channel.abandon()
    expect(await waiting).toBe(false)
    expect(await channel.send(3)).toBe(false)
  })

  test('tells its writer so when its reader breaks off', async () => {
    const channel = createChannel<number>(1)
    await channel.send(1)
    for await (const value of channel) {
      void value
      break
    }
    expect(await channel.send(2)).toBe(false)
  })
})

test('waits are counted while they go on, and the source ends when its reader breaks off', async () => {
  let [ended, time] = [false, 0]
  let come = () => {}
  async function* slow() {
    try {
      for (;;) yield await new Promise<number>((resolve) => (come = () => resolve(1)))
    } finally {
      ended = true
    }
  }
  const waits = createBusyClock(() => time)
  const reader = meterWaits(slow(), waits)
  const first = reader.next()
  await settle()
  time = 30
  expect(waits.elapsed()).toBe(30)
  come()
  expect(await first).toEqual({ done: false, value: 1 })
  time = 100
  expect(waits.elapsed()).toBe(30)
  await reader.return(undefined)
  expect(ended).toBe(true)
})
