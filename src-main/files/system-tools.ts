/**
 * Programs of macOS, with the paths of the system. A folder of PATH or the current folder can
 * therefore not substitute another program.
 */
export const macosTools = {
  caffeinate: '/usr/bin/caffeinate',
  diskutil: '/usr/sbin/diskutil',
  osascript: '/usr/bin/osascript',
  sudo: '/usr/bin/sudo',
}

/**
 * Returns programs of Windows, with the paths of the system. For a bare name, CreateProcess would
 * first search the program's folder and the current folder.
 * https://learn.microsoft.com/windows/win32/api/processthreadsapi/nf-processthreadsapi-createprocessw
 * @param systemRoot – the folder of Windows. If it is not an absolute path on a local drive,
 *   `C:\Windows` is used.
 */
export function windowsTools(systemRoot = process.env['SystemRoot']) {
  const root = systemRoot !== undefined && /^[a-z]:\\./i.test(systemRoot) ? systemRoot : 'C:\\Windows'
  return {
    mountvol: `${root}\\System32\\mountvol.exe`,
    powershell: `${root}\\System32\\WindowsPowerShell\\v1.0\\powershell.exe`,
  }
}
