import { describe, expect, test } from 'vitest'
import { parseConsole } from '../../src-shared/console.ts'

// The rows are the unit tests of coreos-installer, src/cmdline/console.rs.
describe('a console', () => {
  test.each([
    ['tty0', 'tty0', null],
    ['hvc0', 'hvc0', null],
    ['ttysclp0', 'ttysclp0', null],
    ['ttyS1', 'ttyS1,9600n8', 'serial --unit=1 --speed=9600 --word=8 --parity=no'],
    ['ttyAMA1', 'ttyAMA1,9600n8', 'serial --unit=1 --speed=9600 --word=8 --parity=no'],
    ['ttyS1,1234567e5', 'ttyS1,1234567e5', 'serial --unit=1 --speed=1234567 --word=5 --parity=even'],
    ['ttyS2,5o', 'ttyS2,5o8', 'serial --unit=2 --speed=5 --word=8 --parity=odd'],
    ['ttyS3,17', 'ttyS3,17n8', 'serial --unit=3 --speed=17 --word=8 --parity=no'],
    ['ttyS255', 'ttyS255,9600n8', 'serial --unit=255 --speed=9600 --word=8 --parity=no'],
  ])('%s is %s for the kernel', (text, karg, grubCommand) => {
    expect(parseConsole(text)).toEqual({ karg, grubTerminal: grubCommand ? 'serial' : 'console', grubCommand })
  })

  test.each([
    ...['', 'foo', '/dev/tty0', '/dev/ttyS0', 'console=tty0', 'console=ttyS0', 'ztty0', 'zttyS0', 'tty0z', 'ttyS0z'],
    ...['tty1', 'hvc1', 'ttysclp1', 'ttyS0,', 'ttyS0,z', 'ttyS0,115200p8', 'ttyS0,115200n4', 'ttyS0,115200n8r'],
    ...['ttyB0', 'ttyS9999999999999999999', 'ttyS0,999999999999999999999', 'ttyS256', 'ttyS0,4294967296', 'tty0\n'],
  ])('%j is none', (text) => {
    expect(parseConsole(text)).toBeNull()
  })
})
