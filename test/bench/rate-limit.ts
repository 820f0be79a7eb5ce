import { access, mkdir, readFile, rmdir, writeFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'

/** A control group that limits the speed of a drive. */
export interface RateLimit {
  /** File to which a process writes its id to be limited, together with its children. */
  procs: string
  dispose(): Promise<void>
}

/**
 * Returns the mount point of the blkio controller (cgroup version 1), or null if it is not mounted.
 */
export async function findController(): Promise<string | null> {
  const mounts = await readFile('/proc/self/mounts', 'utf8')
  const [, mountpoint] = /^\S+ (\S+) cgroup (?:\S*,)?blkio[, ]/m.exec(mounts) ?? []
  if (mountpoint === undefined) return null
  const file = join(mountpoint, 'blkio.throttle.read_bps_device')
  return access(file).then(
    () => mountpoint,
    () => null,
  )
}

/**
 * Limits a drive for the processes in a control group. Only direct I/O is attributed to the process
 * that causes it (Documentation/admin-guide/cgroup-v1/blkio-controller.rst).
 * @param rates – in bytes per second
 */
export async function limitRates(
  controller: string,
  device: string,
  rates: { read: number; write: number },
): Promise<RateLimit> {
  const group = join(controller, `kindling-bench-${process.pid}`)
  const number = (await readFile(`/sys/block/${basename(device)}/dev`, 'utf8')).trim()
  await mkdir(group)
  const dispose = async () => {
    // A process that has just ended stays in the group for a moment.
    for (let tries = 0; tries < 50; tries++) {
      if (
        await rmdir(group).then(
          () => true,
          () => false,
        )
      )
        return
      await sleep(100)
    }
  }
  try {
    await writeFile(join(group, 'blkio.throttle.read_bps_device'), `${number} ${rates.read}`)
    await writeFile(join(group, 'blkio.throttle.write_bps_device'), `${number} ${rates.write}`)
  } catch (error) {
    await dispose()
    throw error
  }
  return { procs: join(group, 'cgroup.procs'), dispose }
}
