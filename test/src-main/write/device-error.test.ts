import { expect, test } from 'vitest'
import { isGone, isWriteProtected } from '../../../src-main/write/device-error.ts'

const failed = (code: string, errno = -5) => Object.assign(new Error(code), { code, errno })

test.each([
  ['ENODEV', true],
  ['ENXIO', true],
  ['ENOMEDIUM', true],
  ['EIO', false],
  ['EBUSY', false],
  ['ENOENT', false],
])('a device that answers %s is gone: %s', (code, gone) => {
  expect(isGone(failed(code))).toBe(gone)
})

test('a card reader whose card is out is gone, which Node has no name for', () => {
  expect(isGone(failed('Unknown system error -123', -123))).toBe(true)
})

test('what a drive that became write-protected answers depends on the system', () => {
  for (const platform of ['linux', 'darwin', 'win32'] as const) {
    expect(isWriteProtected(failed('EROFS'), platform)).toBe(true)
    expect(isWriteProtected(failed('EPERM'), platform)).toBe(platform === 'linux')
    expect(isWriteProtected(failed('EIO'), platform)).toBe(false)
  }
})
