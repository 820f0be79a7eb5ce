import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import type { JobEvent } from '../../../src-shared/job.ts'
import { xz } from '../../support/compress.ts'
import { makeRawImage } from '../../support/coreos-image.ts'
import { runJobHere } from '../../support/fetch-job.ts'
import { makeMemoryDrive, type MemoryDrive } from '../../support/memory-drive.ts'
import { startMirror, type Mirror } from '../../support/mirror.ts'
import { makeTestPorts, type TestPorts } from '../../support/test-ports.ts'

const MiB = 1024 * 1024
const raw = makeRawImage({ size: 16 * MiB, seed: 11 })

describe('a write that stands still says', () => {
  let testPorts: TestPorts
  let mirror: Mirror
  let url: string
  let compressed: Buffer
  beforeAll(async () => {
    testPorts = await makeTestPorts()
    mirror = await startMirror()
    compressed = await xz(raw, { blockSize: '1MiB' })
    url = await mirror.put('image.raw.xz', compressed)
  })
  afterEach(() => mirror.clearFaults())
  afterAll(async () => {
    await mirror.close()
    await testPorts.dispose()
  })

  /** @param goOn called when the job said twice that nothing goes on @returns what it said then */
  async function write(memory: MemoryDrive, goOn: () => void) {
    const pauses: Extract<JobEvent, { event: 'progress' }>[] = []
    let bytes = -1
    const events = await runJobHere(
      { ...testPorts.ports, drives: memory.drives },
      { job: 'write', drive: '/dev/memory', source: { image: { kind: 'url', url }, insecure: true }, verify: false },
      (event) => {
        if (event.event !== 'progress' || event.phase !== 'write' || pauses.length === 2) return
        if (event.bytes === bytes) pauses.push(event)
        bytes = event.bytes
        if (pauses.length === 2) goOn()
      },
    )
    expect(events.at(-1)).toMatchObject({ event: 'done' })
    expect(memory.bytes.subarray(0, raw.length).equals(raw)).toBe(true)
    return pauses
  }

  test('that the network sets the pace while the server sends nothing', async () => {
    mirror.fault('image.raw.xz', { kind: 'stall', afterBytes: Math.round(compressed.length / 2) })
    const pauses = await write(makeMemoryDrive({ size: 20 * MiB }), () => mirror.clearFaults())
    expect(pauses.map(({ limit }) => limit)).toEqual(['network', 'network'])
    expect(Object.keys(pauses[1]!.rates).toSorted()).toEqual(['decode', 'drive', 'network'])
  })

  test('that the drive sets the pace while it does not answer', async () => {
    const memory = makeMemoryDrive({ size: 20 * MiB })
    let goOn = () => {}
    const answers = new Promise<void>((resolve) => (goOn = resolve))
    memory.before = async (operation) => {
      // The probe's markers are shorter than anything of the image.
      if (operation.kind !== 'write' || operation.length <= 4096) return
      if (operation.offset >= 6 * MiB && operation.offset < 15 * MiB) await answers
    }
    const pauses = await write(memory, goOn)
    expect(pauses.map(({ limit }) => limit)).toEqual(['drive', 'drive'])
  })
})
