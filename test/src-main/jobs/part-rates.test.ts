import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { JobEvent, JobSpec } from '../../../src-shared/job.ts'
import { xz } from '../../support/compress.ts'
import { makeRawImage } from '../../support/coreos-image.ts'
import { runJobHere } from '../../support/fetch-job.ts'
import { makeMemoryDrive } from '../../support/memory-drive.ts'
import { startMirror, type Mirror } from '../../support/mirror.ts'
import { makeTestPorts, type TestPorts } from '../../support/test-ports.ts'

const MiB = 1024 * 1024
/** An empty drive has its second half already. */
const raw = Buffer.concat([makeRawImage({ size: 24 * MiB, seed: 12 }), Buffer.alloc(24 * MiB)])

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
    const memory = makeMemoryDrive({ size: 64 * MiB, contents: Buffer.alloc(64 * MiB) })
    const spec: JobSpec = {
      job: 'write',
      drive: '/dev/memory',
      source: { image: { kind: 'url', url }, insecure: true },
    }
    const events = await runJobHere({ ...testPorts.ports, drives: memory.drives }, spec)
    const progress = events.filter((event) => event.event === 'progress')
    const { receipt } = events.at(-1) as Extract<JobEvent, { event: 'done' }>

    const { rates } = progress.filter(({ phase }) => phase === 'write').at(-1)!
    expect(rates).toEqual({ network: expect.any(Number), decode: expect.any(Number), drive: expect.any(Number) })
    expect(Object.values(rates).every((rate) => rate > 0)).toBe(true)
    // More comes out of the decoder than goes into it, and not all of that is written.
    expect(rates.decode).toBeGreaterThan(rates.network!)
    const readBack = progress.filter(({ phase }) => phase === 'read-back').at(-1)!
    expect(readBack.rates).toEqual({ drive: readBack.rate })

    const counts = progress.map(({ skipped }) => skipped)
    expect(counts).toEqual(counts.toSorted((a, b) => a - b))
    expect(counts.at(-1)).toBeGreaterThan(20 * MiB)
    expect(counts.at(-1)).toBe(receipt!.drive!.bytesSkipped)
  })
})
