import { expect, test } from 'vitest'
import { isSystemPlace } from '../../../../src-main/drives/linux/system-use.ts'

test.each([
  ...['/', '/boot', '/boot/efi', '/efi', '/etc/hosts', '/usr', '/usr/local', '/sysroot'],
  ...['/home', '/home/ada', '/root', '/var', '/var/home', '/var/lib', '/var/log'],
  ...['/var/home/ada', '/var/lib/containers', '/opt', '/srv/db', '/nix', '/tmp'],
  ...['/ostree', '/sysroot/ostree', '/gnu/store', '/isodevice', '/var/cache', '/var/spool', '/var/opt', '/var/tmp'],
  ...['/var/roothome', '/run/miso/bootmnt', '/run/overlay/live', '/run/rootfsbase', '/run/ephemeral'],
  ...['/run/initramfs/live', '/run/live/medium', '/lib/live/mount/medium', '/cdrom', '/run/archiso/bootmnt'],
])('%s belongs to the system', (place) => expect(isSystemPlace(place)).toBe(true))

test.each([
  ...['/media/stick', '/mnt', '/run/media/ada/STICK', '/var/mnt/stick', '/home/ada/stick', '/bootstick', '/tmp/x'],
  ...['/var/home/ada/stick', '/root/stick', '/usrlocal', '/run/user/1000/stick', '[SWAP]'],
])('%s is a place for sticks', (place) => expect(isSystemPlace(place)).toBe(false))
