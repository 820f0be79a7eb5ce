import { constants } from 'node:fs'
import { open, stat, type FileHandle } from 'node:fs/promises'
import { setTimeout as delay } from 'node:timers/promises'
import type { Drive } from '../../src-shared/drive.ts'
import { KindlingError, reasonOf } from '../../src-shared/failure.ts'
import { say } from '../../src-shared/phrases.ts'
import { isGone } from '../write/device-error.ts'
import { createFileTarget } from '../write/file-target.ts'
import type { Target } from '../write/target.ts'
import { checkSameDevice, checkSameDrive } from './identity.ts'
import type { DriveSystem, Hold } from './system.ts'

/** Of a disk-image file: what every file system accepts for direct I/O. */
const page = 4096
/** How often a drive is freed and opened when something mounts it in between. */
const mostTries = 5
/** Milliseconds between two tries: a mount that is under way keeps a drive busy before it can be seen. */
const pause = 100

/**
 * Opens a drive in this process, which must have the rights to do so: the window's and the command
 * line's, or the helper's. For `write` the rules are asked again, everything on it is unmounted,
 * and nobody else can have it until it is closed; for `read` it is only opened. After it is opened
 * the handle is asked, in both modes, whether it leads to the drive that was inspected.
 * @throws drive-changed, drive-unusable, every refusal, drive-unmount-failed, drive-forbidden,
 * drive-missing
 */
export async function openDrive(
  system: DriveSystem,
  drive: Pick<Drive, 'identity'>,
  mode: 'read' | 'write',
): Promise<Target> {
  const { device } = drive.identity
  const { found, handle, direct, hold } = await seize(system, drive, mode)
  const close = () => handle.close().finally(() => hold?.release())
  try {
    // Another drive may have taken its name since; from here on nothing can.
    checkSameDevice(found.identity, await system.identifyOpen(found, handle))
    if (mode === 'write') await requireAlone(system, found)
  } catch (error) {
    await close()
    throw error
  }
  const { sectorSize, identity } = found
  const isFile = identity.kind === 'file'
  const target = createFileTarget({
    handle,
    device,
    size: identity.size,
    sectorSize,
    alignment: direct ? (isFile ? page : sectorSize) : 1,
    pastCache: direct && !(await system.readsThroughCache(found)),
    rereadPartitionTable: isFile ? async () => null : () => system.rereadPartitionTable(device),
    eject: isFile
      ? async () => `${device} is a file: there is nothing to power off.`
      : () => system.eject(found, close),
  })
  return { ...target, close }
}

/**
 * Looks for users of the same bytes once more, now that the drive is open: of two that come at one
 * moment, by two names, one at least sees the other. One that fails to lock the file is gone at the
 * next look.
 * @throws drive-busy
 */
async function requireAlone(system: DriveSystem, drive: Drive): Promise<void> {
  for (let looks = 1; ; looks++) {
    const users = await system.rivalsOf(drive)
    if (users.length === 0) return
    if (looks === mostTries) throw new KindlingError('drive-busy', { drive: drive.identity.device, users })
    await delay(pause)
  }
}

interface Opened {
  found: Drive
  handle: FileHandle
  direct: boolean
  hold: Hold | null
}

/**
 * Opens the drive that was chosen; for writing with nothing mounted. A desktop that mounts it
 * between our unmounting and our opening keeps it busy, and so does a program that reads the new
 * mount. All steps are then repeated a few times, the rules included. After the last try the
 * failure names the users of the drive.
 */
async function seize(system: DriveSystem, drive: Pick<Drive, 'identity'>, mode: 'read' | 'write'): Promise<Opened> {
  for (let tries = 1; ; tries++) {
    const found = await system.inspect(drive.identity.device)
    let hold: Hold | null = null
    checkSameDrive(drive.identity, found.identity)
    if (mode === 'write') {
      const refusal = found.refusals[0]
      // What it was just taken from (a program behind a FUSE mount) may need a moment to end.
      if (refusal?.code === 'drive-busy' && tries > 1 && tries < mostTries) {
        await delay(pause)
        continue
      }
      if (refusal) throw new KindlingError(refusal.code, refusal.details)
    }
    try {
      if (mode === 'write') hold = await system.unmount(found)
      return { found, hold, ...(await openPastCache(system, found, mode)) }
    } catch (error) {
      await hold?.release()
      if (mode === 'write' && tries < mostTries && isBusy(error)) await delay(pause)
      else throw error instanceof KindlingError ? error : await explain(system, found, error)
    }
  }
}

async function openPastCache(
  system: DriveSystem,
  drive: Drive,
  mode: 'read' | 'write',
): Promise<{ handle: FileHandle; direct: boolean }> {
  const isFile = drive.identity.kind === 'file'
  const path = isFile ? drive.identity.device : system.rawPath(drive)
  // O_EXCL has a meaning for block devices alone.
  const flags = mode === 'read' ? constants.O_RDONLY : constants.O_RDWR | (isFile ? system.locking : system.exclusively)
  // The last bytes of a file that ends inside a page cannot be reached directly.
  const wanted = isFile && drive.identity.size % page !== 0 ? 0 : system.directly
  const opened = await open(path, flags | wanted).then(
    (handle) => ({ handle, direct: wanted !== 0 || (!isFile && system.rawIsPastCache) }),
    async (error: NodeJS.ErrnoException) => {
      // File systems that cannot do direct I/O say so this way.
      if (wanted === 0 || error.code !== 'EINVAL') throw error
      return { handle: await open(path, flags), direct: false }
    },
  )
  if (!isFile || mode === 'read' || (await system.lockFile(opened.handle))) return opened
  await opened.handle.close()
  throw Object.assign(new Error('another handle has the lock of this file'), { code: 'EBUSY' })
}

/**
 * Tells whether a system call failed because something is in use; a `KindlingError` has the call's
 * error as its cause. macOS answers EAGAIN where another handle has the lock.
 */
const isBusy = (error: unknown) => {
  const { code } = (error instanceof KindlingError ? (error.cause ?? error) : error) as NodeJS.ErrnoException
  return ['EBUSY', 'ETXTBSY', 'EAGAIN'].includes(code ?? '')
}

async function explain(system: DriveSystem, drive: Drive, error: unknown): Promise<KindlingError> {
  const { device } = drive.identity
  const { code } = error as NodeJS.ErrnoException
  const cause = { cause: error }
  if (isBusy(error)) {
    const users = await system.usersOf(drive)
    return new KindlingError(
      'drive-busy',
      { drive: device, users: users.length > 0 ? users : [say('another-program')] },
      cause,
    )
  }
  if (code === 'EROFS' && drive.identity.kind === 'file')
    return new KindlingError('drive-file-protected', { drive: device, reason: say('file-system-read-only') }, cause)
  if (code === 'EROFS') return new KindlingError('drive-read-only', { drive: device }, cause)
  if (code === 'EACCES' && drive.identity.kind === 'file')
    return new KindlingError('drive-file-protected', { drive: device, reason: say('no-right-to-write') }, cause)
  if (code === 'EACCES' || code === 'EPERM') return new KindlingError('drive-forbidden', { drive: device }, cause)
  if (code === 'ENOENT' || isGone(error) || (await stat(device).catch(() => null)) === null)
    return new KindlingError('drive-missing', { drive: device }, cause)
  return new KindlingError('drive-read-failed', { drive: device, offset: 0, reason: reasonOf(error) }, cause)
}
