import { dirname, join } from 'node:path'
import { expect, test } from 'vitest'
import { outputFailed } from '../../../src-main/files/output-failed.ts'
import { driveRefused, fileRefused } from '../../../src-main/files/refused-by-system.ts'

const failed = (code: string, syscall = 'open', path?: string): NodeJS.ErrnoException =>
  Object.assign(new Error(`${code}: ${syscall}`), { code, syscall, path })

const here = import.meta.filename
const fresh = join(dirname(here), 'not-there.raw')
const drive = String.raw`\\.\PhysicalDrive3`

test.each([
  ['an open that is denied', failed('EPERM')],
  ['a rename that is denied', failed('EPERM', 'rename')],
  ['a write to an open file that is denied', failed('EBADF', 'write')],
  ['several of them', failed('EBADF', 'writev')],
  ['a new file in a folder that exists', failed('ENOENT', 'open', fresh)],
  ['a new folder in one that exists', failed('ENOENT', 'mkdir', fresh)],
])('on Windows, %s is a refusal of the system, but not for reading', (_, error) => {
  expect(fileRefused(here, error, 'write', 'win32')).toMatchObject({
    code: 'file-blocked-by-windows',
    details: { file: here },
    cause: error,
  })
  expect(fileRefused(here, error, 'read', 'win32')).toBeNull()
})

test.each([
  ['a file in a folder that does not exist', failed('ENOENT', 'open', join(here, 'none', 'file.raw'))],
  ['a name that no file may have', failed('ENOENT', 'open', join(dirname(here), 'what?.raw'))],
  ['a name that is too long', failed('ENOENT', 'open', join(dirname(here), 'x'.repeat(256)))],
  ['a file that is missing in a rename', failed('ENOENT', 'rename', fresh)],
  ['a read of a handle that is closed', failed('EBADF', 'read')],
  ['a file that another program has open', failed('EBUSY')],
  ['a full drive', failed('ENOSPC', 'write')],
])('on Windows, %s is not', (_, error) => {
  expect(fileRefused(here, error, 'write', 'win32')).toBeNull()
})

test.each(['read', 'write'] as const)('on macOS, a program without consent is told so when it would %s', (intent) => {
  expect(fileRefused(here, failed('EPERM'), intent, 'darwin')).toMatchObject({ code: 'file-blocked-by-macos' })
  expect(fileRefused(here, failed('EACCES'), intent, 'darwin')).toBeNull()
  expect(fileRefused(here, failed('ENOENT', 'open', fresh), intent, 'darwin')).toBeNull()
})

test.each([
  ['win32', failed('EPERM'), 'drive-blocked-by-windows'],
  ['win32', failed('EBADF', 'write'), 'drive-blocked-by-windows'],
  ['win32', failed('EBADF', 'writev'), 'drive-blocked-by-windows'],
  ['win32', failed('EBADF', 'read'), undefined],
  ['win32', failed('EIO', 'write'), undefined],
  ['win32', failed('EROFS', 'write'), undefined],
  ['darwin', failed('EPERM'), 'drive-blocked-by-macos'],
  ['darwin', failed('EACCES'), undefined],
  ['darwin', failed('EBADF', 'write'), undefined],
  ['linux', failed('EPERM'), undefined],
  ['linux', failed('EBADF', 'write'), undefined],
] as const)('on %s, %s of a drive is %s', (platform, error, code) => {
  expect(driveRefused(drive, error, platform)?.code).toBe(code)
})

test('on Linux no error of a file is such a refusal', () => {
  for (const code of ['EPERM', 'EACCES', 'ENOENT', 'EBADF'])
    expect(fileRefused(here, failed(code, 'write', fresh), 'write', 'linux')).toBeNull()
})

test('a file that cannot be written names the refusal of the system', () => {
  expect(outputFailed(here, failed('EPERM'), 'darwin').code).toBe('file-blocked-by-macos')
  expect(outputFailed(here, failed('EBADF', 'write'), 'win32').code).toBe('file-blocked-by-windows')
  expect(outputFailed(here, failed('EPERM'), 'linux').code).toBe('output-failed')
  expect(outputFailed(here, failed('EEXIST'), 'win32').code).toBe('output-exists')
})
