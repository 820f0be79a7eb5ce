import { realpath, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { reasonOf } from '../../../src-shared/failure.ts'
import { say, type Phrase } from '../../../src-shared/phrases.ts'
import { deviceOf, namesIn, readAttribute } from './sysfs.ts'

/**
 * Powers off the USB device of a drive, as udisks does: writing to `remove` in its sysfs directory
 * disconnects it from its port. The drive is still open exclusively at this point, so that no
 * program can mount it in between.
 * @param number – major and minor number, `8:16`
 * @param sysfs – mount point of sysfs
 * @returns a warning, or null
 */
export async function powerOff(device: string, number: string, sysfs = '/sys'): Promise<Phrase | null> {
  const drive = await realpath(join(sysfs, 'dev/block', number)).catch(() => null)
  const usb = drive && (await usbDeviceOf(drive))
  if (!drive || !usb) return say('not-on-usb', { device })
  const others = await drivesBelow(usb, drive, sysfs)
  if (others.length > 0) return say('others-go-with-it', { device, others: others.join(', ') })
  return writeFile(join(usb, 'remove'), '1').then(
    () => null,
    (error: unknown) => say('not-powered-off', { device, reason: reasonOf(error) }),
  )
}

/** Returns the nearest parent directory of a USB device. Only USB devices have an idVendor. */
async function usbDeviceOf(directory: string): Promise<string | null> {
  for (let above = dirname(directory); above !== dirname(above); above = dirname(above))
    if ((await readAttribute(join(above, 'idVendor'))) !== null) return above
  return null
}

/**
 * Returns the other drives with a medium in the same housing, such as the second slot of a card
 * reader.
 */
async function drivesBelow(usb: string, drive: string, sysfs: string): Promise<string[]> {
  const all = await Promise.all(
    (await namesIn(join(sysfs, 'block'))).map((name) => realpath(join(sysfs, 'block', name)).catch(() => '')),
  )
  const below = all.filter((other) => other !== drive && other.startsWith(`${usb}/`))
  const sizes = await Promise.all(below.map((other) => readAttribute(join(other, 'size'))))
  return below.filter((_, index) => Number(sizes[index]) > 0).map(deviceOf)
}
