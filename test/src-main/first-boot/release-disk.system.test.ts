import { execFileSync } from 'node:child_process'
import { readFileSync, truncateSync, writeFileSync } from 'node:fs'
import { expect } from 'vitest'
import { releaseDisk } from '../../../src-main/first-boot/release-disk.ts'
import { kernelFile, makeInitramfs, moduleFile, startMachine } from '../../support/machines/machine.ts'
import { testWith } from '../../support/run/needs.ts'
import { makeTemporaryDirectory } from '../../support/files/temporary.ts'

const programs = ['bash', 'mdadm', 'lvm', 'dmsetup', 'wipefs', 'flock', 'udevadm', 'blockdev'] as const
const modules = ['md-mod', 'raid1', 'dm-mod']

testWith(
  ['machine', 'command:sgdisk', ...programs.map((each) => `command:${each}` as const)],
  'a disk with an array and a volume group in use is free and without signatures afterwards',
  async () => {
    const directory = await makeTemporaryDirectory()
    try {
      const disk = directory.file('disk.img')
      writeFileSync(disk, '')
      truncateSync(disk, 64 * 1024 * 1024)
      const partitions = [1, 2, 3].flatMap((number) => ['-n', `${number}:0:+16M`])
      execFileSync('sgdisk', [...partitions, disk], { stdio: 'pipe' })
      // The volume spans the array and the third partition.
      const script = `[ -e /bin/bash ] || ln -s /usr/bin/bash /bin/bash
${modules.map((name) => `insmod /${name}.ko`).join('\n')}
disk=/dev/nvme0n1
mdadm --create /dev/md0 --run --level=1 --raid-devices=2 --metadata=1.2 "$disk"p1 "$disk"p2
lvm vgcreate -y old /dev/md0 "$disk"p3
lvm lvcreate -y -Zn -l 100%FREE -n data old
check() {
  echo "$1 holders=$(ls /sys/class/block/nvme0n1p*/holders | grep -c '^[dm]')"
  echo "$1 signatures=$(wipefs --noheadings --output TYPE "$disk" "$disk"p1 "$disk"p2 "$disk"p3 | sort -u | xargs)"
  blockdev --rereadpt "$disk" && echo "$1 free"
}
check before
/release-disk && echo released
check after`
      const initramfs = directory.file('initramfs.img')
      const files: Record<string, Uint8Array> = { 'release-disk': releaseDisk('/dev/nvme0n1').bytes }
      for (const name of modules) files[`${name}.ko`] = readFileSync(moduleFile(name))
      writeFileSync(initramfs, await makeInitramfs(script, { programs: [...programs], files }))
      const boot = ['-kernel', kernelFile, '-initrd', initramfs, '-append', 'console=ttyS0 quiet']
      const serial = await startMachine(disk, boot)
      const lines = serial.split(/\r?\n/).filter((line) => /^(?:before|released|after)\b/.test(line))
      expect(lines, serial).toEqual([
        'before holders=3',
        'before signatures=LVM2_member PMBR gpt linux_raid_member',
        'released',
        'after holders=0',
        'after signatures=',
        'after free',
      ])
    } finally {
      await directory.dispose()
    }
  },
)
