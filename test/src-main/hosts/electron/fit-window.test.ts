import { expect, test } from 'vitest'
import { fitWindow } from '../../../../src-main/hosts/electron/fit-window.ts'

test('a new window has its usual size where the screen has room for it', () => {
  expect(fitWindow({ width: 1920, height: 1040 })).toEqual({ width: 1120, height: 760, minWidth: 640, minHeight: 480 })
})

test('a new window is no larger than what a small screen leaves, and can be made as small', () => {
  expect(fitWindow({ width: 640, height: 452 })).toEqual({ width: 640, height: 452, minWidth: 640, minHeight: 452 })
})
