import { PassThrough } from 'node:stream'
import { expect, test } from 'vitest'
import { flow } from '../../../src-main/net/flow.ts'
import { makeNoise } from '../../support/images/random-bytes.ts'

const turn = () => new Promise((resolve) => setImmediate(resolve))

test('what came at once and lies side by side is one piece', async () => {
  const bytes = makeNoise(100, 1)
  const stream = new PassThrough()
  const pieces = flow(stream)
  const first = pieces.next()
  for (const [start, end] of [
    [0, 10],
    [10, 30],
    [30, 31],
    [50, 60],
    [60, 100],
  ] as const)
    stream.write(bytes.subarray(start, end))
  expect(await first).toEqual({ done: false, value: new Uint8Array(bytes.subarray(0, 31)) })
  expect((await pieces.next()).value).toEqual(new Uint8Array(bytes.subarray(50, 100)))
  stream.end()
  expect((await pieces.next()).done).toBe(true)
})

test('few bytes are handed over though no others come', async () => {
  const stream = new PassThrough()
  const pieces = flow(stream)
  for (const text of ['a', 'b', 'c']) {
    const piece = pieces.next()
    stream.write(text)
    expect(Buffer.from((await piece).value as Uint8Array).toString()).toBe(text)
  }
  await pieces.return(undefined)
  expect(stream.destroyed).toBe(true)
})

test('all that came before a failure is handed over, then the failure is thrown', async () => {
  const stream = new PassThrough()
  const pieces = flow(stream)
  const first = pieces.next()
  stream.once('data', () => stream.destroy(new Error('broken')))
  stream.write('before')
  expect(Buffer.from((await first).value as Uint8Array).toString()).toBe('before')
  await expect(pieces.next()).rejects.toThrow('broken')
})

test('a failure from before the first read is thrown at that read', async () => {
  for (const [error, message] of [
    [new Error('broken'), 'broken'],
    [undefined, 'closed'],
  ] as const) {
    const stream = new PassThrough().on('error', () => {})
    stream.write('lost')
    stream.destroy(error)
    await turn()
    await expect(flow(stream).next()).rejects.toThrow(message)
  }
})

test('whoever does not ask is not given more than fits', async () => {
  const stream = new PassThrough({ highWaterMark: 64 * 1024 })
  const pieces = flow(stream)
  const first = pieces.next()
  stream.write(new Uint8Array(1000))
  await first
  // Nothing is requested any more: the buffer fills to its limit, and the stream is paused.
  let written = 0
  while (!stream.isPaused() && written < 100) {
    stream.write(new Uint8Array(64 * 1024))
    written++
    await turn()
  }
  expect(written).toBeLessThan(100)
  await pieces.return(undefined)
})
