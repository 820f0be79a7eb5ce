import { afterAll, beforeAll, expect, test } from 'vitest'
import { makeLsblk, type Lsblk } from '../support/drives/lsblk.ts'
import { describeWith } from '../support/run/needs.ts'
import { makeWindowWorld, type WindowWorld } from '../support/worlds/window-world.ts'

describeWith(['window', 'zram'], 'the first look at the drives', () => {
  let world: WindowWorld
  let lsblk: Lsblk
  beforeAll(async () => {
    lsblk = await makeLsblk()
    await lsblk.hold()
    world = await makeWindowWorld({ PATH: lsblk.PATH })
  })
  afterAll(async () => {
    await lsblk?.release()
    await world?.dispose()
    await lsblk?.dispose()
  })

  test('nothing is said of there being no drive until the system has answered, and an image can be chosen meanwhile', async () => {
    const { page } = world.window
    await page.getByText('Looking for drives…').waitFor()
    await page.getByTestId('format-raw.xz').click()
    await lsblk.showOnly(world.zram.device)
    expect(await page.getByText('No usable drive is plugged in').count()).toBe(0)
    await lsblk.release()
    await page.getByTestId(`drive-${world.zram.device}`).waitFor()
    expect(await page.getByText('Looking for drives…').count()).toBe(0)
    // Removing the device instead would free its number for another test's device.
    await lsblk.showOnly()
    await page.getByText('No usable drive is plugged in').waitFor()
  })
})
