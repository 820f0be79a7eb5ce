import { expect, test } from 'vitest'
import { deviceOf, formatNumber } from '../../../../src-main/drives/linux/sysfs.ts'

test('device numbers are split as glibc does, also those over eight bits', () => {
  expect(formatNumber(0x0801n)).toBe('8:1')
  expect(formatNumber(65024n)).toBe('254:0')
  // makedev(259, 1048575) and makedev(4096, 256)
  expect(formatNumber(0xfff103ffn)).toBe('259:1048575')
  expect(formatNumber((0x1000n << 32n) | 0x100000n)).toBe('4096:256')
})

test('a name with a slash in it is spelled with one', () => {
  expect(deviceOf('/sys/devices/pci0000:00/block/sda')).toBe('/dev/sda')
  expect(deviceOf('/sys/block/cciss!c0d0')).toBe('/dev/cciss/c0d0')
})
