import { access, mkdir, readFile, rmdir, writeFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'

/** A control group in which a drive has speeds of its own. */
export interface RateLimit {
  /** The file to which a process writes its number to be limited, with its children. */
  procs: string
  dispose(): Promise<void>
}

/** Where the block controller of the first version of control groups is mounted; null: it is not. */
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
 * Limits a drive for those who enter. Only I/O past the cache is counted for the process that does it
 * (Documentation/admin-guide/cgroup-v1/blkio-controller.rst).
 * @param rates bytes per second
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
    // A process that has just ended is in the group for a moment more.
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
