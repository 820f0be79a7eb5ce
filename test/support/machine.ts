import { execFileSync, spawn } from 'node:child_process'
import { chmodSync, copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { makeTemporaryDirectory } from './temporary.ts'

/** Kernel of Debian, which `./dev test` unpacks. It has drivers for NVMe and ext4 built in. */
export const kernelFile = join(
  process.env['XDG_CACHE_HOME'] || join(homedir(), '.cache'),
  'kindling-dev',
  'linux',
  'vmlinuz',
)
/** Timeout of a machine, in milliseconds. */
const patience = 120_000
/** Modules of Debian's GRUB for a PC without UEFI. */
export const grubModules = '/usr/lib/grub/i386-pc'

/**
 * Makes an initramfs of busybox.
 * @param script – what it runs as /init, before it powers the machine off
 */
export async function makeInitramfs(script: string): Promise<Buffer> {
  const directory = await makeTemporaryDirectory('kindling-initramfs-')
  try {
    for (const name of ['bin', 'dev', 'proc', 'mnt']) mkdirSync(directory.file(name))
    const busybox = directory.file('bin/busybox')
    copyFileSync(execFileSync('which', ['busybox']).toString().trim(), busybox)
    chmodSync(busybox, 0o755)
    const start = ['proc /proc', 'devtmpfs /dev'].map((each) => `mount -t ${each.split(' ')[0]} ${each}`)
    const init = ['#!/bin/busybox sh', '/bin/busybox --install -s /bin', ...start, script, 'poweroff -f', '']
    writeFileSync(directory.file('init'), init.join('\n'), { mode: 0o755 })
    const archive = execFileSync('sh', ['-c', 'find . | cpio --create --format=newc --quiet'], {
      cwd: directory.path,
      maxBuffer: 64 * 1024 * 1024,
    })
    return gzipSync(archive, { level: 1 })
  } finally {
    await directory.dispose()
  }
}

/**
 * Makes a GRUB for a PC without UEFI.
 * @param prefix – folder with its `grub.cfg`
 */
export async function makeGrub(format: 'i386-pc' | 'i386-pc-eltorito', prefix: string, modules: string[]) {
  const directory = await makeTemporaryDirectory('kindling-grub-')
  try {
    const file = directory.file('grub.img')
    execFileSync(
      'grub-mkimage',
      ['-O', format, '-p', prefix, '-o', file, 'biosdisk', 'normal', 'configfile', ...modules],
      { stdio: 'pipe' },
    )
    return readFileSync(file)
  } finally {
    await directory.dispose()
  }
}

/**
 * Puts GRUB into a disk image, as grub-install does: its first sector into the MBR, the rest into
 * the partition BIOS-BOOT. The places of both are in `include/grub/i386/pc/boot.h` of GRUB.
 * @param start – start of the partition, in bytes
 */
export function installGrub(image: Buffer, grub: Buffer, start: number): void {
  const first = readFileSync(join(grubModules, 'boot.img'))
  first.copy(image, 0, 0, 440)
  const sector = BigInt(start / 512)
  image.writeBigUInt64LE(sector, 0x5c)
  grub.copy(image, start)
  // The blocklist at the end of the first sector: where the others are, and how many.
  image.writeBigUInt64LE(sector + 1n, start + 0x1f4)
  image.writeUInt16LE(Math.ceil(grub.length / 512) - 1, start + 0x1fc)
}

/**
 * Starts a virtual PC from a drive, and waits until it powers itself off. Its processor is emulated:
 * KVM inside of another virtual machine may hang.
 * @param drive – file or device, which is opened for reading alone
 * @returns the output of its serial line
 */
export function startMachine(drive: string): Promise<string> {
  const options = [
    ...['-machine', 'pc,graphics=off', '-accel', 'tcg', '-m', '512', '-display', 'none'],
    ...['-nodefaults', '-no-reboot', '-serial', 'stdio'],
    ...['-drive', `if=none,id=drive,format=raw,snapshot=on,file=${drive}`, '-device', 'nvme,drive=drive,serial=1'],
  ]
  const machine = spawn('qemu-system-x86_64', options, { timeout: patience, killSignal: 'SIGKILL' })
  return new Promise((resolve, reject) => {
    let [serial, log] = ['', '']
    machine.stderr.on('data', (bytes: Buffer) => (log += bytes.toString()))
    machine.stdout.on('data', (bytes: Buffer) => {
      serial += bytes.toString()
      if (/No bootable device|grub(?: rescue)?> |Kernel panic/.test(serial)) machine.kill('SIGKILL')
    })
    machine.on('error', reject)
    machine.on('close', (code) => (code === 0 ? resolve(serial) : reject(new Error(`${serial}\n${log}`))))
  })
}
