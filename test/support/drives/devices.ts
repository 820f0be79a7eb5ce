import { execFile } from 'node:child_process'
import { mkdtemp, open, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { promisify } from 'node:util'
import { runDirectory } from '../run/keep-for-run.ts'
import { patience } from '../run/patience.ts'

/** A real block device made by a test, which must dispose of it. */
export interface Device {
  /** Device path, for example `/dev/loop3`. */
  device: string
  /** Device nodes of its partitions, in order. */
  partitions: string[]
  /** The file behind a loop device; null for zram. */
  file: string | null
  /** Unmounts its file systems, removes the device and its file. May be called twice. */
  dispose(): Promise<void>
}

export interface LoopShape {
  /** Size in bytes. */
  size: number
  /** Logical sector size in bytes. */
  sectorSize?: 512 | 4096
  /**
   * Uses a high device number, which the next loop device does not get while `exchangeFile` has
   * this one detached.
   */
  exchangeable?: boolean
  /** Makes a GPT with these partitions in order; each starts at the next MiB. */
  partitions?: {
    /** Size in bytes, a multiple of 1 MiB. */
    size: number
    /** Name in the partition table, and label of the file system. */
    label?: string
    fileSystem?: 'ext4' | 'swap'
  }[]
}

const execute = promisify(execFile)

/**
 * Runs a program and returns its stdout, trimmed.
 * @throws Error with its stderr if it fails
 */
export async function run(program: string, ...args: string[]): Promise<string> {
  return (await execute(program, args)).stdout.trim()
}

/**
 * Unmounts a file system that a test mounted, and retries while it is busy. A program of another
 * test may briefly have a copy of the mount, in a mount namespace that it has just made.
 */
export const unmount = (place: string): Promise<void> => patiently(() => run('umount', place))

/**
 * Makes a RAM-backed drive with 4096-byte sectors and no partition nodes.
 * @param size – in bytes, a multiple of 4096
 * @param isWanted – whether a number may be used
 */
export async function makeZram(size: number, isWanted = isRested): Promise<Device> {
  const id = await addZram(isWanted)
  const device = `/dev/zram${id}`
  let gone = false
  const dispose = async () => {
    if (gone) return
    gone = true
    await unmountAll([device])
    // While another process (lsblk, blkid) has the device open, this fails with EBUSY.
    await patiently(() => writeFile(`/sys/block/zram${id}/reset`, '1'))
    await noteUse(id)
    await removeZram(id)
  }
  try {
    await writeFile(`/sys/block/zram${id}/disksize`, String(size))
  } catch (error) {
    await dispose()
    throw error
  }
  return { device, partitions: [], file: null, dispose }
}

/**
 * Makes a zram drive of a given name. Another test may take the number first, so this tries again
 * until the name is free.
 */
export async function makeZramNamed(device: string, size: number): Promise<Device> {
  const until = Date.now() + patience
  for (;;) {
    const made = await makeZram(size, async (id) => device === `/dev/zram${id}`)
    if (made.device === device || Date.now() > until) return made
    await made.dispose()
    await setTimeout(200)
  }
}

const control = '/sys/class/zram-control'
/** Number of free numbers that are passed over for a wanted one. */
const mostPassed = 40

/** Adds a zram device. The kernel assigns the lowest free number, so others are held meanwhile. */
async function addZram(isWanted: (id: string) => Promise<boolean>): Promise<string> {
  const passed: string[] = []
  try {
    for (;;) {
      const id = (await readFile(`${control}/hot_add`, 'utf8')).trim()
      if (passed.length === mostPassed || (await isWanted(id))) return id
      passed.push(id)
    }
  } finally {
    for (const id of passed) await removeZram(id)
  }
}

const removeZram = (id: string) => patiently(() => writeFile(`${control}/hot_remove`, id))

/** Time that a number is not used again, in milliseconds. */
const rest = 20_000

/**
 * Returns whether no test of this run used a number lately. The window of another test may still
 * list that drive, and a click on its row would choose a drive that is gone.
 */
const isRested = (id: string): Promise<boolean> =>
  stat(stampOf(id)).then(
    ({ mtimeMs }) => Date.now() - mtimeMs > rest,
    () => true,
  )

/** Notes that a number is given back; outside of a run, nothing is noted. */
const noteUse = (id: string): Promise<void> => writeFile(stampOf(id), '').catch(() => {})

/** File of the run whose date is the time at which a number was given back. */
const stampOf = (id: string) => join(runDirectory() ?? '/dev/null', `zram${id}`)

/** Makes a loop device over a sparse temporary file, with direct I/O. */
export async function makeLoop({ size, sectorSize = 512, exchangeable, partitions = [] }: LoopShape): Promise<Device> {
  const directory = await mkdtemp(join(tmpdir(), 'kindling-loop-'))
  const file = join(directory, 'drive.img')
  const handle = await open(file, 'w')
  await handle.truncate(size)
  await handle.close()
  const made: Device = { device: '', partitions: [], file, dispose }
  let gone = false
  async function dispose() {
    if (gone) return
    gone = true
    if (made.device !== '') {
      await unmountAll([made.device, ...made.partitions])
      await execute('partx', ['-d', made.device]).catch(() => {})
      // The next file under this name would be write-protected, too.
      await execute('blockdev', ['--setrw', made.device]).catch(() => {})
      await execute('losetup', ['-d', made.device]).catch(() => {})
    }
    await rm(directory, { recursive: true, force: true })
  }
  try {
    const options = ['--direct-io=on', '-b', String(sectorSize)]
    made.device = exchangeable
      ? await attachFarOff(options, file)
      : await run('losetup', '-f', '--show', ...options, file)
    if (partitions.length > 0) await partition(made, partitions)
  } catch (error) {
    await dispose()
    throw error
  }
  return made
}

/**
 * Attaches a file to a high device number. `losetup -f` takes the lowest free number, so it never
 * takes these.
 */
async function attachFarOff(options: string[], file: string): Promise<string> {
  for (let number = 200; ; number++) {
    const device = `/dev/loop${number}`
    const isOurs = await run('losetup', ...options, device, file).then(
      () => true,
      (error: unknown) => {
        if (number === 231) throw error
        return false
      },
    )
    if (isOurs) return device
  }
}

/** Replaces the file behind an exchangeable loop device, like plugging in another USB stick. */
export async function exchangeFile(device: string, file: string): Promise<void> {
  await run('losetup', '-d', device)
  await patiently(() => run('losetup', '--direct-io=on', device, file))
}

async function partition(made: Device, partitions: NonNullable<LoopShape['partitions']>): Promise<void> {
  const mebibytes = (bytes: number) => `+${bytes / 2 ** 20}M`
  const args = partitions.flatMap(({ size, label }, index) => {
    const number = index + 1
    return ['-n', `${number}:0:${mebibytes(size)}`, ...(label ? ['-c', `${number}:${label}`] : [])]
  })
  await run('sgdisk', ...args, made.device)
  // sgdisk asks the kernel to reread the table. This kernel may not do so, so partx adds the nodes.
  // The loop device may still have nodes of its previous user; they are removed first.
  await execute('partx', ['-d', made.device]).catch(() => {})
  await execute('partx', ['-a', made.device]).catch(() => {})
  made.partitions = partitions.map((_, index) => `${made.device}p${index + 1}`)
  for (const [index, { label, fileSystem }] of partitions.entries()) {
    const node = made.partitions[index]!
    if (fileSystem === 'ext4') await run('mke2fs', '-q', '-F', '-t', 'ext4', ...(label ? ['-L', label] : []), node)
    if (fileSystem === 'swap') await run('mkswap', ...(label ? ['-L', label] : []), node)
  }
}

async function unmountAll(devices: string[]): Promise<void> {
  const swaps = await readFile('/proc/swaps', 'utf8')
  for (const device of devices)
    if (new RegExp(`^${device}\\s`, 'm').test(swaps)) await execute('swapoff', [device]).catch(() => {})
  const mountinfo = await readFile('/proc/self/mountinfo', 'utf8')
  for (const line of mountinfo.trim().split('\n').toReversed()) {
    const [before = '', after = ''] = line.split(' - ')
    const source = after.split(' ')[1] ?? ''
    const mountpoint = before.split(' ')[4] ?? ''
    if (devices.some((device) => basename(device) === basename(source)))
      await execute('umount', [mountpoint.replaceAll('\\040', ' ')]).catch(() => {})
  }
}

async function patiently(act: () => Promise<unknown>): Promise<void> {
  for (let tries = 1; ; tries++) {
    try {
      await act()
      return
    } catch (error) {
      const isBusy =
        (error as NodeJS.ErrnoException).code === 'EBUSY' || /(resource|target is) busy/i.test(String(error))
      if (!isBusy || tries === 50) throw error
      await setTimeout(100)
    }
  }
}
