import { readFileSync } from 'node:fs'
import { mkdir, readFile, rmdir, writeFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { makeLoop, type Device } from './devices.ts'

export interface ThrottledDrive extends Device {
  /**
   * Limits the reads and writes of this process and its children from now on, on this drive only.
   */
  enter(): Promise<void>
  /** Returns the bytes that the kernel has counted since the drive was made. */
  counters(): Promise<{ read: number; written: number }>
}

/**
 * Returns the mount point of the blkio controller (version 1).
 * @throws Error if it is not mounted
 */
function findController(): string {
  for (const line of readFileSync('/proc/self/mounts', 'utf8').split('\n')) {
    const [, mountpoint, type, options = ''] = line.split(' ')
    if (type === 'cgroup' && options.split(',').includes('blkio')) return mountpoint!
  }
  throw new Error('there is no blkio controller of control groups (version 1)')
}

/**
 * Makes a loop device with limited speeds. The limits of reads and writes are separate, so that
 * they do not delay each other.
 * @param speeds – in bytes per second
 */
export async function makeThrottledDrive(
  size: number,
  speeds: { read: number; write: number },
): Promise<ThrottledDrive> {
  const mount = findController()
  const drive = await makeLoop({ size })
  const name = basename(drive.device)
  const group = join(mount, `kindling-${process.pid}-${name}`)
  let entered = false
  async function dispose() {
    // A control group that contains a process cannot be removed.
    if (entered) await writeFile(join(mount, 'cgroup.procs'), String(process.pid))
    entered = false
    await rmdir(group).catch(() => undefined)
    await drive.dispose()
  }
  try {
    await mkdir(group)
    const number = (await readFile(`/sys/block/${name}/dev`, 'utf8')).trim()
    await writeFile(join(group, 'blkio.throttle.read_bps_device'), `${number} ${speeds.read}`)
    await writeFile(join(group, 'blkio.throttle.write_bps_device'), `${number} ${speeds.write}`)
  } catch (error) {
    await dispose()
    throw error
  }
  const before = await count(name)
  return {
    ...drive,
    dispose,
    async enter() {
      await writeFile(join(group, 'cgroup.procs'), String(process.pid))
      entered = true
    },
    async counters() {
      const now = await count(name)
      return { read: now.read - before.read, written: now.written - before.written }
    },
  }
}

// The counters are in units of 512 bytes, regardless of the drive's sector size (Linux,
// Documentation/block/stat.rst).
async function count(name: string): Promise<{ read: number; written: number }> {
  const fields = (await readFile(`/sys/block/${name}/stat`, 'utf8')).trim().split(/\s+/).map(Number)
  return { read: fields[2]! * 512, written: fields[6]! * 512 }
}
