import { macosTools } from '../../files/system-tools.ts'
import type { Script } from '../lock-by-script.ts'

/**
 * Claims a whole disk of macOS "for exclusive use" (DADiskClaim of Apple's Disk Arbitration) until
 * standard input ends. The claim ends with its session.
 *
 * A script cannot provide C callbacks. It passes null for them, which the header allows, and reads
 * the result from DADiskIsClaimed. If another program claims the disk, it then gets no answer;
 * Apple does not document the consequences. The program that unmounted the disk may have claimed
 * it, too, and be about to release it. The script therefore retries.
 *
 * https://developer.apple.com/documentation/diskarbitration/diskarbitration-h
 * bindFunction and nil, `$()`: "OS X 10.10 Release Notes" of Apple's JavaScript for Automation.
 */
const claiming = `
ObjC.import('Foundation')
ObjC.import('DiskArbitration')
ObjC.bindFunction('DASessionCreate', ['id', ['id']])
ObjC.bindFunction('DADiskCreateFromBSDName', ['id', ['id', 'id', 'char *']])
ObjC.bindFunction('DADiskIsClaimed', ['bool', ['id']])
ObjC.bindFunction('DADiskClaim', ['void', ['id', 'unsigned int', 'id', 'id', 'id', 'id']])
ObjC.bindFunction('DADiskUnclaim', ['void', ['id']])
const nil = $()
const kDADiskClaimOptionDefault = 0
function say(text) {
  $.NSFileHandle.fileHandleWithStandardOutput.writeData($(text + '\\n').dataUsingEncoding($.NSUTF8StringEncoding))
}
function run(names) {
  const session = $.DASessionCreate(nil)
  const disk = $.DADiskCreateFromBSDName(nil, session, names[0])
  if (session.isNil() || disk.isNil()) return
  function becomes(claimed) {
    for (let tries = 0; tries < 30 && $.DADiskIsClaimed(disk) != claimed; tries++)
      $.NSThread.sleepForTimeInterval(0.1)
    return $.DADiskIsClaimed(disk) == claimed
  }
  if (!becomes(false)) return say('busy: another program')
  $.DADiskClaim(disk, kDADiskClaimOptionDefault, nil, nil, nil, nil)
  if (!becomes(true)) return
  say('held')
  $.NSFileHandle.fileHandleWithStandardInput.readDataToEndOfFile
  $.DADiskUnclaim(disk)
}
`

/**
 * Returns the script that claims a disk.
 * @param device – `/dev/disk4`
 */
export const claimDisk = (device: string, osascript = macosTools.osascript): Script => ({
  program: osascript,
  args: ['-l', 'JavaScript', '-e', claiming, device.replace(/^\/dev\//, '')],
})
