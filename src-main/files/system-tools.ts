/**
 * Programs of macOS at the places where the system keeps them: no folder of PATH and no current
 * folder can put another program in their place.
 */
export const macosTools = {
  caffeinate: '/usr/bin/caffeinate',
  diskutil: '/usr/sbin/diskutil',
  osascript: '/usr/bin/osascript',
  sudo: '/usr/bin/sudo',
}

/**
 * Returns programs of Windows at the places where the system keeps them. CreateProcess would look
 * for a bare name in the folder of the program and in the current folder first.
 * https://learn.microsoft.com/windows/win32/api/processthreadsapi/nf-processthreadsapi-createprocessw
 *
 * @param systemRoot – the folder of Windows; one that is not an absolute path of a local drive
 * counts as the usual one.
 */
export function windowsTools(systemRoot = process.env['SystemRoot']) {
  const root = systemRoot !== undefined && /^[a-z]:\\./i.test(systemRoot) ? systemRoot : 'C:\\Windows'
  return {
    mountvol: `${root}\\System32\\mountvol.exe`,
    powershell: `${root}\\System32\\WindowsPowerShell\\v1.0\\powershell.exe`,
  }
}
