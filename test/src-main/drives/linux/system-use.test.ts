import { expect, test } from 'vitest'
import { isSystemPlace } from '../../../../src-main/drives/linux/system-use.ts'

test.each([
  ...['/', '/boot', '/boot/efi', '/efi', '/etc/hosts', '/usr', '/usr/local', '/sysroot'],
  ...['/home', '/home/ada', '/root', '/var', '/var/home', '/var/lib', '/var/log'],
  ...['/var/home/ada', '/var/lib/containers', '/opt', '/srv/db', '/nix', '/tmp'],
  ...['/run/initramfs/live', '/run/live/medium', '/lib/live/mount/medium', '/cdrom', '/run/archiso/bootmnt'],
])('%s belongs to the system', (place) => expect(isSystemPlace(place)).toBe(true))

test.each([
  ...['/media/stick', '/mnt', '/run/media/ada/STICK', '/var/mnt/stick', '/home/ada/stick', '/bootstick', '/tmp/x'],
  '[SWAP]',
])('%s is a place for sticks', (place) => expect(isSystemPlace(place)).toBe(false))
