import { dirname } from 'node:path'
import { expect, test } from 'vitest'
import { whyNoUpdates, type Packaging } from '../../../src-main/updates/why-no-updates.ts'

const whole: Packaging = {
  packaged: true,
  platform: 'linux',
  environment: { APPIMAGE: '/home/k.AppImage', APPDIR: dirname(process.execPath) },
  program: process.execPath,
  hasFeed: true,
  hasKey: true,
}

test('an AppImage with a place to look and a key is one that Kindling replaces', () => {
  expect(whyNoUpdates(whole)).toBeNull()
  expect(whyNoUpdates({ ...whole, hasFeed: false })).toBe('no-feed')
  expect(whyNoUpdates({ ...whole, hasKey: false })).toBe('no-key')
})

test('a deb, an rpm and an archive are the system’s, whatever they hold', () => {
  expect(whyNoUpdates({ ...whole, environment: {} })).toBe('system')
  expect(whyNoUpdates({ ...whole, environment: {}, hasFeed: false, hasKey: false })).toBe('system')
})

test('a program that another AppImage started is not that AppImage', () => {
  const environment = { APPIMAGE: '/home/terminal.AppImage', APPDIR: '/nowhere' }
  expect(whyNoUpdates({ ...whole, environment })).toBe('system')
})

test('on macOS and Windows it is what was installed, and not the portable program', () => {
  expect(whyNoUpdates({ ...whole, platform: 'darwin', environment: {} })).toBeNull()
  expect(whyNoUpdates({ ...whole, platform: 'win32', environment: {} })).toBeNull()
  expect(whyNoUpdates({ ...whole, platform: 'win32', environment: { PORTABLE_EXECUTABLE_FILE: 'E:\\k.exe' } })).toBe(
    'portable',
  )
})
