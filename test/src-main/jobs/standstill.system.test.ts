import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import type { JobEvent, Stage } from '../../../src-shared/job.ts'
import { xz } from '../../support/images/compress.ts'
import { makeRawImage } from '../../support/images/coreos-image.ts'
import { runJobHere } from '../../support/worlds/fetch-job.ts'
import { makeMemoryDrive, type MemoryDrive } from '../../support/drives/memory-drive.ts'
import { startMirror, type Mirror } from '../../support/mirror/mirror.ts'
import { makeTestPorts, type TestPorts } from '../../support/worlds/test-ports.ts'
import { mib } from '../../support/files/mib.ts'

type Progress = Extract<JobEvent, { event: 'progress' }>

const raw = makeRawImage({ size: 16 * mib, seed: 11 })

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

  /**
   * Writes an image. Waits until the job has reported twice in a row that there is no progress and
   * that this part is the cause. Its earlier reports depend on the speed of the parts and of the
   * machine.
   * @param goOn – called then
   * @returns the second report
   */
  async function writeUntilPausedBy(limit: Stage, memory: MemoryDrive, goOn: () => void) {
    let pause: Progress | null = null
    let before: Progress | null = null
    const events = await runJobHere(
      { ...testPorts.ports, drives: memory.drives },
      { job: 'write', drive: '/dev/memory', source: { image: { kind: 'url', url }, insecure: true }, verify: false },
      (event) => {
        if (event.event !== 'progress' || event.phase !== 'write' || pause !== null) return
        if (before?.bytes === event.bytes && before.limit === limit && event.limit === limit) {
          pause = event
          goOn()
        }
        before = event
      },
    )
    expect(events.at(-1)).toMatchObject({ event: 'done' })
    expect(memory.bytes.subarray(0, raw.length).equals(raw)).toBe(true)
    return pause as Progress | null
  }

  test('that the network sets the pace while the server sends nothing', async () => {
    mirror.fault('image.raw.xz', { kind: 'stall', afterBytes: Math.round(compressed.length / 2) })
    const pause = await writeUntilPausedBy('network', makeMemoryDrive({ size: 20 * mib }), () => mirror.clearFaults())
    expect(Object.keys(pause!.rates).toSorted()).toEqual(['decode', 'drive', 'network'])
  })

  test('that the drive sets the pace while it does not answer', async () => {
    const memory = makeMemoryDrive({ size: 20 * mib })
    let goOn = () => {}
    const answers = new Promise<void>((resolve) => (goOn = resolve))
    memory.before = async (operation) => {
      // The probe's markers are shorter than any write of the image.
      if (operation.kind !== 'write' || operation.length <= 4096) return
      if (operation.offset >= 6 * mib && operation.offset < 15 * mib) await answers
    }
    expect(await writeUntilPausedBy('drive', memory, goOn)).not.toBeNull()
  })
})
