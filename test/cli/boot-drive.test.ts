import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { expectDone } from '../support/expect/expect-events.ts'
import { bootEntry, makeBootImage } from '../support/images/boot-image.ts'
import { defaultKargs, elTorito, makeLiveIso } from '../support/images/live-iso.ts'
import {
  grubModules,
  installGrub,
  kernelFile,
  makeGrub,
  makeInitramfs,
  show,
  shown,
  startMachine,
} from '../support/machines/machine.ts'
import { describeWith } from '../support/run/needs.ts'
import { isSoak } from '../support/run/tier.ts'
import { makeCliWorld, type CliWorld } from '../support/worlds/cli-world.ts'
import { mib } from '../support/files/mib.ts'

const key = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOMqqnkVzrm0SdG6UOoqKLsabgH5C9okWi0dh2l9GKJl me@example.org'
const config = JSON.stringify({
  ignition: { version: '3.3.0' },
  passwd: { users: [{ name: 'core', sshAuthorizedKeys: [key] }] },
})

const connection = '[connection]\nid=eth0\ntype=ethernet\n'

/**
 * The part of Fedora's grub.cfg that starts an entry. Fedora's GRUB reads entries by its command
 * blscfg. Debian's has none, so that the words of an entry are functions here.
 */
const grubConfig = `# CONSOLE-SETTINGS-START
# CONSOLE-SETTINGS-END
if [ -f /ignition.firstboot ]; then
  set ignition_network_kcmdline=''
  source /ignition.firstboot
  set ignition_firstboot="ignition.firstboot $ignition_network_kcmdline"
fi
function title { true; }
function version { true; }
function options { set options="$*"; }
function linux { set kernel="$1"; }
function initrd { set initramfs="$1"; }
source /loader/entries/ostree-1.conf
insmod linux
linux $kernel $options
initrd $initramfs
boot
`

describeWith(['linux', 'machine', 'command:mke2fs', 'command:xorriso'], 'a machine that starts from a drive', () => {
  let world: CliWorld
  let [given, keyfile] = ['', '']
  beforeAll(async () => {
    world = await makeCliWorld({ imageSize: mib })
    given = await world.save('config.ign', Buffer.from(config), null)
    keyfile = await world.save('eth0.nmconnection', Buffer.from(connection), null)
  })
  afterAll(() => world.dispose())

  const write = async (drive: string, image: Buffer, settings: string[]) => {
    const source = ['--image-file', await world.save('image', image)]
    expectDone(await world.call(['write', ...source, '--drive', drive, '--yes', '--json', ...settings]))
  }

  test('finds the config and the kernel arguments of a metal image', async () => {
    const init = `mount -t ext4 -o ro $(findfs LABEL=boot) /mnt
${show('config', '/mnt/ignition/config.ign')}
${show('arguments', '/proc/cmdline')}`
    const { image } = await makeBootImage({
      size: 160 * mib,
      files: {
        'grub2/grub.cfg': grubConfig,
        'grub2/i386-pc/linux.mod': readFileSync(join(grubModules, 'linux.mod')),
        'ostree/fedora-coreos-1/vmlinuz': readFileSync(kernelFile),
        'ostree/fedora-coreos-1/initramfs.img': await makeInitramfs(init),
      },
    })
    const modules = [
      'part_gpt',
      'ext2',
      'test',
      'true',
      'serial',
      'terminal',
      'boot',
      'relocator',
      'video',
      'vbe',
      'mmap',
    ]
    installGrub(image, await makeGrub('i386-pc', '(hd0,gpt3)/grub2', modules), mib)
    const drive = await world.makeDrive(image.length + mib)
    await write(drive.path, image, [
      ...['-i', given, '--append-karg', 'quiet a.b=c', '--delete-karg', 'mitigations=auto,nosmt'],
      ...['--console', 'ttyS0,115200n8', '--ignition-platform', 'qemu', '--firstboot-args', 'ip=dhcp rd.neednet=1'],
    ])
    const serial = await startMachine(drive.path)
    expect(shown(serial, 'config')).toBe(config)
    const [, ...kargs] = shown(serial, 'arguments').trim().split(' ')
    expect(kargs.join(' ')).toBe(
      /^options (.*)$/m
        .exec(bootEntry)![1]!
        .replace('$ignition_firstboot mitigations=auto,nosmt', 'ignition.firstboot ip=dhcp rd.neednet=1')
        .replace('id=metal', 'id=qemu') + ' console=ttyS0,115200n8 quiet a.b=c',
    )
  })

  // By default only a metal image starts a machine. `live-iso` reads what an ISO has embedded.
  if (isSoak)
    test('finds the config and the kernel arguments of a live ISO', async () => {
      const initramfs = await makeInitramfs(`${show('config', '/config.ign')}
${show('connection', '/etc/coreos-firstboot-network/*')}
${show('arguments', '/proc/cmdline')}`)
      const grub = await makeGrub('i386-pc-eltorito', '/EFI/fedora', ['iso9660', 'part_msdos', 'linux'])
      const { image } = await makeLiveIso({
        change: (files) => {
          files['images/pxeboot/vmlinuz'] = readFileSync(kernelFile)
          files['images/pxeboot/initrd.img'] = initramfs
          files[elTorito] = grub
        },
      })
      const drive = await world.makeDrive(image.length + mib)
      await write(drive.path, image, [
        ...['--live-ignition', given, '--network-keyfile', keyfile, '--live-karg-append', 'console=ttyS0 a.b=c'],
        ...['--live-karg-delete', 'mitigations=auto,nosmt'],
      ])
      const serial = await startMachine(drive.path)
      expect(shown(serial, 'config')).toBe(config)
      expect(shown(serial, 'connection')).toBe(connection)
      const [, ...kargs] = shown(serial, 'arguments').trim().split(' ')
      expect(kargs.join(' ')).toBe(`${defaultKargs.replace('mitigations=auto,nosmt ', '')} console=ttyS0 a.b=c`)
    })
})
