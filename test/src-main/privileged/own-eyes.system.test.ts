import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { createDrives } from '../../../src-main/create-drives.ts'
import { createPrivilegedOpener } from '../../../src-main/privileged/open-privileged.ts'
import type { DriveIdentity } from '../../../src-shared/drive.ts'
import { buildOut } from '../../support/run/build-out.ts'
import { makeZram, run, type Device } from '../../support/drives/devices.ts'
import { failureOf } from '../../support/expect/failing.ts'
import { holdOpen } from '../../support/drives/hold-open.ts'
import { lacking, testWith } from '../../support/run/needs.ts'

// The built helper, with an engine that has not checked the drive or sends false information. As
// root, it needs no password.

const missing = lacking('zram')
const helper = resolve(import.meta.dirname, '../../../out/main/privileged.js')
const openPrivileged = createPrivilegedOpener({
  ways: [{ name: 'itself', command: ([file, ...args]) => [file!, ...args], next: () => null }],
  program: [process.execPath, helper],
})

let zram: Device
beforeEach(async (context) => {
  if (missing !== null) return context.skip(missing)
  buildOut()
  zram = await makeZram(16 * 2 ** 20)
})
afterEach(() => zram?.dispose())

/**
 * Returns the reason why the helper does not open the drive.
 * @param changes – false values that the engine sends about it
 */
async function refusalOf(changes: Partial<DriveIdentity> = {}) {
  const drive = await createDrives().inspect(zram.device)
  return failureOf(openPrivileged({ ...drive, identity: { ...drive.identity, ...changes } }, 'write'))
}

describe('the helper looks for itself, and does not open', () => {
  testWith(['swap'], 'a drive that carries the system', async () => {
    await run('mkswap', zram.device)
    await run('swapon', zram.device)
    expect(await refusalOf()).toMatchObject({ code: 'drive-system', details: { reason: 'swap' } })
    expect(await readFile('/proc/swaps', 'utf8')).toContain(zram.device)
  })

  test('a drive that is in use', async () => {
    const holder = await holdOpen(zram.device, 'O_RDWR')
    try {
      expect(await refusalOf()).toMatchObject({ code: 'drive-busy' })
    } finally {
      await holder.dispose()
    }
  })

  test.each<[string, Partial<DriveIdentity>]>([
    ['of another size', { size: 32 * 2 ** 20 }],
    ['with another medium', { medium: '1' }],
    ['without a serial number, plugged in since', { attachment: '1' }],
  ])('another drive than was chosen: one %s', async (_, changes) => {
    expect(await refusalOf(changes)).toMatchObject({ code: 'drive-changed' })
  })
})
