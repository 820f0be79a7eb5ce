import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { JobEvent, JobSpec } from '../../../src-shared/job.ts'
import { xz } from '../../support/images/compress.ts'
import { makeRawImage } from '../../support/images/coreos-image.ts'
import { runJobHere } from '../../support/worlds/fetch-job.ts'
import { makeMemoryDrive } from '../../support/drives/memory-drive.ts'
import { startMirror, type Mirror } from '../../support/mirror/mirror.ts'
import { makeTestPorts, type TestPorts } from '../../support/worlds/test-ports.ts'
import { mib } from '../../support/files/mib.ts'

/** The second half is zeros, so an empty drive already contains it. */
const raw = Buffer.concat([makeRawImage({ size: 24 * mib, seed: 12 }), Buffer.alloc(24 * mib)])

describe('the progress of a write', () => {
  let testPorts: TestPorts
  let mirror: Mirror
  let url: string
  beforeAll(async () => {
    testPorts = await makeTestPorts()
    mirror = await startMirror()
    url = await mirror.put('image.raw.xz', await xz(raw, { blockSize: '4MiB' }))
  })
  afterAll(async () => {
    await mirror.close()
    await testPorts.dispose()
  })

  test('names the network, the decoder and the drive, and counts what is there already as the receipt does', async () => {
    const memory = makeMemoryDrive({ size: 64 * mib, contents: Buffer.alloc(64 * mib) })
    const spec: JobSpec = {
      job: 'write',
      drive: '/dev/memory',
      source: { image: { kind: 'url', url }, insecure: true },
    }
    // The clock advances by a millisecond with each call. Therefore no part seems to stall,
    // regardless of the machine's speed.
    let time = Date.now()
    const events = await runJobHere({ ...testPorts.ports, now: () => time++, drives: memory.drives }, spec)
    const progress = events.filter((event) => event.event === 'progress')
    const { receipt } = events.at(-1) as Extract<JobEvent, { event: 'done' }>

    const { rates } = progress.filter(({ phase }) => phase === 'write').at(-1)!
    expect(rates).toEqual({ network: expect.any(Number), decode: expect.any(Number), drive: expect.any(Number) })
    expect(Object.values(rates).every((rate) => rate > 0)).toBe(true)
    // The decoder's output is larger than its input, and not all of it is written.
    expect(rates.decode).toBeGreaterThan(rates.network!)
    const readBack = progress.filter(({ phase }) => phase === 'read-back').at(-1)!
    expect(readBack.rates).toEqual({ drive: readBack.rate })

    const counts = progress.map(({ skipped }) => skipped)
    expect(counts).toEqual(counts.toSorted((a, b) => a - b))
    expect(counts.at(-1)).toBeGreaterThan(20 * mib)
    expect(counts.at(-1)).toBe(receipt!.drive!.bytesSkipped)
  })

  test('tells the time that is left of write and read-back together, measured on a drive that reads faster than it writes', async () => {
    // The drive's own clock is simulated, so there is no real waiting: 48 s to write, and 6 s to
    // read back.
    const speeds = { write: mib, read: 8 * mib }
    const memory = makeMemoryDrive({ size: 64 * mib, speeds, contents: Buffer.alloc(64 * mib, 0x6b) })
    const began = Date.now()
    const now = () => began + memory.now()
    const spec: JobSpec = {
      job: 'write',
      drive: '/dev/memory',
      source: { image: { kind: 'url', url }, insecure: true },
    }
    const told: { phase: string; at: number; eta: number }[] = []
    await runJobHere({ ...testPorts.ports, now, drives: memory.drives }, spec, (event) => {
      if (event.event === 'progress' && event.eta !== null)
        told.push({ phase: event.phase, at: memory.now() / 1000, eta: event.eta })
    })
    const end = memory.now() / 1000
    expect(end).toBeGreaterThan(45)
    const writing = told.filter(({ phase }) => phase === 'write')
    expect(writing.length).toBeGreaterThan(10)
    // By a third of the time, the drive's rate is known.
    const known = writing.filter(({ at }) => at > end / 3)
    expect(known.length).toBeGreaterThan(5)
    for (const { at, eta } of known) expect(Math.abs(at + eta - end)).toBeLessThan(4)
    const [last, first] = [writing.at(-1)!, told.find(({ phase }) => phase === 'read-back')!]
    expect(first.eta).toBeLessThanOrEqual(last.eta + 0.5)
  })
})
