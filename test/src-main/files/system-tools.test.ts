import { readdirSync, readFileSync } from 'node:fs'
import { join, posix, resolve, win32 } from 'node:path'
import { expect, test } from 'vitest'
import { claimDisk } from '../../../src-main/drives/macos/claim-disk.ts'
import { lockVolumes } from '../../../src-main/drives/windows/lock-volumes.ts'
import { wakerOf } from '../../../src-main/hosts/cli/awake.ts'
import { elevationWays } from '../../../src-main/privileged/elevation.ts'
import { macosTools, windowsTools } from '../../../src-main/files/system-tools.ts'

test('programs of macOS are started by their places', () => {
  for (const path of Object.values(macosTools)) expect(path).toMatch(/^\/usr\/s?bin\/[a-z]+$/)
  expect(claimDisk('/dev/disk4').program).toBe('/usr/bin/osascript')
  expect(wakerOf('darwin', 1)?.program).toBe('/usr/bin/caffeinate')
  for (const way of elevationWays('darwin', 'terminal')) expect(posix.isAbsolute(way.command(['x'])[0])).toBe(true)
})

test('programs of Windows are started from below the folder of Windows', () => {
  expect(windowsTools('D:\\Win')).toEqual({
    mountvol: 'D:\\Win\\System32\\mountvol.exe',
    powershell: 'D:\\Win\\System32\\WindowsPowerShell\\v1.0\\powershell.exe',
  })
  const { powershell } = windowsTools('C:\\Windows')
  for (const other of ['', '.', 'Windows', '\\\\server\\share', 'C:Windows', undefined])
    expect(windowsTools(other).powershell, String(other)).toBe(powershell)
  expect(lockVolumes(3).program).toBe(powershell)
  expect(wakerOf('win32', 1)?.program).toBe(powershell)
  for (const way of elevationWays('win32', 'window')) expect(win32.isAbsolute(way.command(['x'])[0])).toBe(true)
})

test('no source names a program of either system without its place', () => {
  const root = resolve(import.meta.dirname, '../../../src-main')
  const bare = /['"`](powershell|mountvol|diskpart|diskutil|osascript|caffeinate|cmd|wmic)(\.exe)?['"`]/i
  const files = readdirSync(root, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.ts'))
  expect(files).toContain('files/system-tools.ts')
  for (const file of files) {
    // Removes the name of an elevation method, which is shown to users.
    const text = readFileSync(join(root, file), 'utf8').replace(/name: 'osascript'/, '')
    expect(bare.exec(text)?.[0], file).toBeUndefined()
  }
})
