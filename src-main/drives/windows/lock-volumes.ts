import { windowsTools } from '../../files/system-tools.ts'
import type { Script } from '../lock-by-script.ts'

/**
 * Locks, then dismounts every volume of a disk of Windows, with or without a drive letter. The
 * handles stay open until standard input ends.
 *
 * "A write on a disk handle will succeed if […] the sectors to be written to fall within a mounted
 * volume, but you have explicitly locked or dismounted the volume" (WriteFile). Without the lock
 * any process may mount a dismounted volume again. The lock is denied (ERROR_ACCESS_DENIED, 5)
 * while files on the volume are open. Programs that scan new drives cause this for a moment, too,
 * so the script retries. The lock ends with its handle.
 *
 * https://learn.microsoft.com/windows/win32/api/fileapi/nf-fileapi-writefile
 * https://learn.microsoft.com/windows/win32/api/winioctl/ni-winioctl-fsctl_lock_volume (0x00090018)
 * https://learn.microsoft.com/windows/win32/api/winioctl/ni-winioctl-fsctl_dismount_volume
 * (0x00090020)
 */
const locking = String.raw`
$ErrorActionPreference = 'Stop'
$ProgressPreference = 'SilentlyContinue'
Add-Type -TypeDefinition @'
using System;
using System.Collections.Generic;
using System.ComponentModel;
using System.Runtime.InteropServices;
using System.Threading;
using Microsoft.Win32.SafeHandles;
public static class KindlingVolumes {
  const uint LockVolume = 0x00090018, DismountVolume = 0x00090020;
  const uint ReadAndWrite = 0xC0000000, ShareReadAndWrite = 3, OpenExisting = 3;
  static readonly List<SafeFileHandle> held = new List<SafeFileHandle>();
  [DllImport("kernel32.dll", CharSet = CharSet.Unicode, SetLastError = true)]
  static extern SafeFileHandle CreateFile(
    string name, uint access, uint share, IntPtr security, uint creation, uint flags, IntPtr template);
  [DllImport("kernel32.dll", SetLastError = true)]
  static extern bool DeviceIoControl(
    SafeFileHandle device, uint code, IntPtr input, uint inputSize, IntPtr output, uint outputSize,
    out uint returned, IntPtr overlapped);
  static bool Ask(SafeFileHandle volume, uint code) {
    uint returned;
    return DeviceIoControl(volume, code, IntPtr.Zero, 0, IntPtr.Zero, 0, out returned, IntPtr.Zero);
  }
  public static bool Lock(string path) {
    SafeFileHandle volume =
      CreateFile(path, ReadAndWrite, ShareReadAndWrite, IntPtr.Zero, OpenExisting, 0, IntPtr.Zero);
    if (volume.IsInvalid) throw new Win32Exception(Marshal.GetLastWin32Error());
    for (int tries = 1; !Ask(volume, LockVolume); tries++) {
      int error = Marshal.GetLastWin32Error();
      if (error != 5) throw new Win32Exception(error);
      if (tries == 10) return false;
      Thread.Sleep(200);
    }
    held.Add(volume);
    return true;
  }
  public static void Dismount() {
    foreach (SafeFileHandle volume in held)
      if (!Ask(volume, DismountVolume)) throw new Win32Exception(Marshal.GetLastWin32Error());
  }
}
'@
$found = Get-Partition -DiskNumber ([int]$env:KINDLING_DISK) -ErrorAction SilentlyContinue |
  Get-Volume -ErrorAction SilentlyContinue
foreach ($volume in $found) {
  if (-not [KindlingVolumes]::Lock($volume.Path.TrimEnd('\'))) {
    $name = if ($volume.DriveLetter) { '{0}:\' -f $volume.DriveLetter } else { $volume.Path }
    [Console]::Out.WriteLine('busy: ' + $name)
    exit
  }
}
[KindlingVolumes]::Dismount()
[Console]::Out.WriteLine('held')
[void][Console]::In.ReadToEnd()
`

/**
 * Returns the script that locks the volumes of a disk. With any input format except None,
 * powershell.exe reads standard input itself, and waits for its end before it runs the script
 * (WrappedDeserializer of Microsoft's PowerShell).
 * @param disk – the number in `\\.\PhysicalDrive3`
 */
export const lockVolumes = (disk: number, powershell = windowsTools().powershell): Script => ({
  program: powershell,
  args: ['-NoProfile', '-NonInteractive', '-InputFormat', 'None', '-Command', locking],
  env: { KINDLING_DISK: String(disk) },
})
