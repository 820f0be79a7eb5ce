import { Worker } from 'node:worker_threads'
import { expect, test } from 'vitest'
import { allocateAligned } from '../../../src-main/memory/aligned-memory.ts'

test('exactly as many zero bytes are given as are asked for', () => {
  for (const size of [0, 1, 65_536, 65_537, 2 ** 20]) {
    const memory = allocateAligned(size)
    expect(memory.byteLength).toBe(size)
    expect(memory.byteOffset).toBe(0)
    expect(memory.every((byte) => byte === 0)).toBe(true)
  }
})

test('threads share it: what one writes, the other sees', async () => {
  const memory = allocateAligned(4096)
  const worker = new Worker(
    'const { parentPort, workerData } = require("node:worker_threads"); workerData[7] = 42; parentPort.postMessage("")',
    { eval: true, workerData: memory },
  )
  await new Promise((resolve, reject) => worker.once('message', resolve).once('error', reject))
  expect(memory[7]).toBe(42)
  await worker.terminate()
})
