import { execFileSync, spawn, spawnSync } from 'node:child_process'
import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { makeTemporaryDirectory } from '../files/temporary.ts'

/** Debian's kernel and some modules, which `./dev test` unpacks. NVMe and ext4 are built in. */
const kernelFolder = join(process.env['XDG_CACHE_HOME'] || join(homedir(), '.cache'), 'kindling-dev', 'linux')
export const kernelFile = join(kernelFolder, 'vmlinuz')
export const moduleFile = (name: string) => join(kernelFolder, `${name}.ko`)
/** Timeout of a machine, in milliseconds. */
const patience = 250_000
/** Modules of Debian's GRUB for a PC without UEFI. */
export const grubModules = '/usr/lib/grub/i386-pc'

/**
 * Makes an initramfs of busybox.
 * @param script – what it runs as /init, before it powers the machine off
 * @param programs – further programs of this system, with their libraries
 * @param files – further files by their names
 */
export async function makeInitramfs(
  script: string,
  { programs = [], files = {} }: { programs?: string[]; files?: Record<string, Uint8Array> } = {},
): Promise<Buffer> {
  const directory = await makeTemporaryDirectory('kindling-initramfs-')
  try {
    for (const name of ['bin', 'dev', 'mnt', 'proc', 'run', 'sys']) mkdirSync(directory.file(name))
    const place = (path: string, file: string) => {
      mkdirSync(directory.file(`${path}/..`), { recursive: true })
      copyFileSync(file, directory.file(path))
    }
    place('bin/busybox', find('busybox'))
    for (const program of ['busybox', ...programs].map(find)) {
      // ldd fails for a static program, which has no libraries.
      const libraries = spawnSync('ldd', [program], { encoding: 'utf8' }).stdout.match(/\/\S+(?= \()/g) ?? []
      for (const file of [program, ...libraries]) place(file, file)
    }
    for (const [name, bytes] of Object.entries(files)) writeFileSync(directory.file(name), bytes, { mode: 0o755 })
    const mounts = ['proc /proc', 'sysfs /sys', 'devtmpfs /dev'].map((each) => `mount -t ${each.split(' ')[0]} ${each}`)
    const path = 'export PATH=/usr/sbin:/usr/bin:/sbin:/bin'
    const init = ['#!/bin/busybox sh', path, '/bin/busybox --install -s /bin', ...mounts, script, 'poweroff -f', '']
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

/** Returns commands that print a file on the serial line, for `shown`. */
export const show = (name: string, file: string) => `echo; echo "${name}=$(base64 ${file} | tr -d '\\n')"`

/** Returns the contents of a file that a machine printed; all that it printed if there is none. */
export const shown = (serial: string, name: string) =>
  Buffer.from(new RegExp(`^${name}=(\\S*)\\r?$`, 'm').exec(serial)?.[1] ?? serial, 'base64').toString()

const find = (program: string) =>
  execFileSync('sh', ['-c', 'readlink -f "$(command -v "$1")"', 'sh', program]).toString().trim()

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
 * Starts a virtual PC, and waits until it powers itself off. Its processor is emulated: KVM inside
 * of another virtual machine may hang.
 * @param drive – file or device, which is opened for reading alone
 * @param boot – options of QEMU; by default it starts from the drive
 * @returns the output of its serial line
 */
export function startMachine(drive: string, boot: string[] = []): Promise<string> {
  const options = [
    ...['-machine', 'pc,graphics=off', '-accel', 'tcg', '-m', '512', '-display', 'none'],
    ...['-nodefaults', '-no-reboot', '-serial', 'stdio', ...boot],
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
