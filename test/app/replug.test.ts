import { afterAll, beforeAll, expect, test } from 'vitest'
import { makeZram, type Device } from '../support/drives/devices.ts'
import { makeLsblk, type Lsblk } from '../support/drives/lsblk.ts'
import { describeWith } from '../support/run/needs.ts'
import { readDevice } from '../support/drives/read-device.ts'
import { errno, isOfBody, makeServedDrive, type ServedDrive } from '../support/drives/served-drive.ts'
import { makeWindowWorld, type WindowWorld } from '../support/worlds/window-world.ts'
import { mib } from '../support/files/mib.ts'

/**
 * The drive is a real block device that is unplugged during the write and plugged in again. A loop
 * device has no serial number, so a stub of lsblk adds one to the real output.
 */
describeWith(['window', 'fuse', 'zram'], 'a drive that is plugged in again', () => {
  let world: WindowWorld
  /** The contents of the stick, the same at every device. */
  const bytes = Buffer.alloc(64 * mib, 0x5a)
  let stick: ServedDrive
  const made: ServedDrive[] = []
  const sticks: Device[] = []
  let lsblk: Lsblk
  beforeAll(async () => {
    lsblk = await makeLsblk()
    world = await makeWindowWorld({ PATH: lsblk.PATH })
  })
  afterAll(async () => {
    await world?.dispose()
    for (const drive of [...made, ...sticks]) await drive.dispose()
    await lsblk?.dispose()
  })

  /** Plugs the stick in as a new device, because unplugged devices keep their numbers. */
  async function plugIn(serial: string | null): Promise<void> {
    stick = await makeServedDrive(bytes, { sectorSize: 4096 })
    made.push(stick)
    await lsblk.tellSerials(serial === null ? {} : { [stick.device]: serial })
  }

  const again = () => world.window.page.getByRole('button', { name: 'Try again' })

  async function add(device: string): Promise<void> {
    await world.window.answerDialogs(device)
    await world.window.page.getByRole('button', { name: 'Disk-image file…' }).click()
    await world.window.page.getByTestId(`drive-${device}`).waitFor()
  }

  async function pullInTheMiddle(): Promise<void> {
    const { page } = world.window
    let writes = 0
    stick.behaviour = {
      async before(request) {
        if (isOfBody(request) && ++writes === 1) await stick.pull()
        return writes > 0 ? errno.EIO : undefined
      },
    }
    await page.getByTestId('confirm').click()
    await page.getByTestId('failure').waitFor()
    expect(await again().isDisabled()).toBe(true)
  }

  /** Adds the drive by hand, as loop devices require, on the tab of another job. */
  async function addElsewhere(): Promise<void> {
    const { page } = world.window
    await page.getByRole('tab', { name: 'Verify' }).click()
    await add(stick.device)
    await page.getByRole('tab', { name: 'Write' }).click()
  }

  test('in the middle of a write: its serial number tells it, under another letter, from what else is plugged in', async () => {
    const { coreos, window } = world
    const { page } = window
    await plugIn('KINDLING-1')
    const { device } = stick
    await add(device)
    await page.getByTestId('format-raw.xz').click()
    await page.getByTestId(`drive-${device}`).click()
    await page.getByTestId('first-boot-published').click()
    await page.getByTestId('start').click()
    await pullInTheMiddle()
    const left = Buffer.from(bytes)
    for (const serial of ['KINDLING-2', null]) {
      await plugIn(serial)
      await addElsewhere()
      await page.getByText(/^To try again, plug /).waitFor()
      expect(await again().isDisabled()).toBe(true)
    }
    expect(bytes.equals(left)).toBe(true)
    await plugIn('KINDLING-1')
    expect(stick.device).not.toBe(device)
    await addElsewhere()
    await again().click()
    await page.getByTestId('receipt').waitFor()
    expect((await readDevice(stick.device, coreos.raw4k.length)).equals(coreos.raw4k)).toBe(true)
    const others = made.slice(1, -1).flatMap(({ requests }) => requests)
    expect(others.filter(({ kind }) => kind === 'write')).toEqual([])
  })

  test('of two sticks with one serial number the clicked one is chosen, and never its twin', async () => {
    const { coreos, window } = world
    const { page } = window
    await page.getByRole('button', { name: 'Write another' }).click()
    await page.getByTestId('format-iso').click()
    const twins = [await makeZram(64 * mib), await makeZram(64 * mib)] as [Device, Device]
    twins.forEach((twin) => sticks.push(twin))
    await lsblk.tellSerials(Object.fromEntries(twins.map(({ device }) => [device, '0123456789'])))
    // Serial numbers are read again when the list changes.
    const third = await makeZram(64 * mib)
    sticks.push(third)
    const row = ({ device }: Device) => page.getByTestId(`drive-${device}`)
    const isChosen = (drive: Device) => row(drive).locator('input').isChecked()
    await row(third).waitFor()
    await row(twins[0]).click()
    expect([await isChosen(twins[0]), await isChosen(twins[1])]).toEqual([true, false])

    await page.getByTestId('start').click()
    // Use an image that is not cached yet.
    coreos.mirror.fault(coreos.find('iso').location, { kind: 'status', status: 404 })
    await page.getByTestId('confirm').click()
    await page.getByTestId('failure').waitFor()
    coreos.mirror.clearFaults()
    expect(await again().isEnabled()).toBe(true)
    await twins[0].dispose()
    await page.getByText(/^To try again, plug /).waitFor()
    expect(await again().isDisabled()).toBe(true)

    await page.getByRole('button', { name: 'Change selection' }).click()
    await row(twins[0]).waitFor({ state: 'detached' })
    expect([await isChosen(twins[1]), await isChosen(third)]).toEqual([false, false])
    expect((await readDevice(twins[1].device, mib)).every((byte) => byte === 0)).toBe(true)
  })

  test('the page complained of nothing', () => expect(world.window.complaints).toEqual([]))
})
