import { createHash, randomFillSync } from 'node:crypto'
import { constants } from 'node:fs'
import { stat } from 'node:fs/promises'
import { afterAll, expect, test } from 'vitest'
import { allocateAligned } from '../../../src-main/memory/aligned-memory.ts'
import { makeLoop, makeZram, type Device } from '../../support/drives/devices.ts'
import { failureOf } from '../../support/expect/failing.ts'
import { describeWith } from '../../support/run/needs.ts'
import { openTarget } from '../../support/drives/open-target.ts'
import { mib } from '../../support/files/mib.ts'

describeWith(['zram', 'loop'], 'a target behind a block device', () => {
  const made: Device[] = []
  afterAll(() => Promise.all(made.map((device) => device.dispose())))

  test.each([
    ['a loop device of 512-byte sectors', 512, () => makeLoop({ size: 8 * mib })],
    ['a loop device of 4096-byte sectors', 4096, () => makeLoop({ size: 8 * mib, sectorSize: 4096 as const })],
    ['a zram device', 4096, () => makeZram(8 * mib)],
  ])('%s takes aligned memory past the cache and gives every byte back', async (_, sectorSize, make) => {
    const drive = await make()
    made.push(drive)
    const target = await openTarget(
      drive.device,
      8 * mib,
      constants.O_RDWR | constants.O_EXCL | constants.O_DIRECT,
      sectorSize,
    )
    const bytes = randomFillSync(allocateAligned(3 * mib))
    await target.write([bytes.subarray(0, mib), bytes.subarray(mib)], 5 * mib)
    await target.flush()
    const back = allocateAligned(3 * mib)
    await target.read(back, 5 * mib)
    await target.close()
    const sha256 = (part: Uint8Array) => createHash('sha256').update(part).digest('hex')
    expect(sha256(back)).toBe(sha256(bytes))
  })

  test('memory of an ordinary buffer at an odd address is refused by the system: aligned memory is needed', async () => {
    const drive = await makeLoop({ size: 4 * mib })
    made.push(drive)
    const target = await openTarget(drive.device, 4 * mib, constants.O_RDWR | constants.O_DIRECT)
    const odd = new Uint8Array(new ArrayBuffer(8192 + 1), 1, 8192)
    expect(await failureOf(target.write(odd, 0))).toMatchObject({ code: 'drive-write-failed' })
    await target.close()
    expect((await stat(drive.file!)).size).toBe(4 * mib)
  })
})
