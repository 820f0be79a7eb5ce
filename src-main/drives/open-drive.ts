import { constants } from 'node:fs'
import { open, stat, type FileHandle } from 'node:fs/promises'
import { setTimeout as delay } from 'node:timers/promises'
import type { Drive } from '../../src-shared/drive.ts'
import { KindlingError, reasonOf } from '../../src-shared/failure.ts'
import { say } from '../../src-shared/phrases.ts'
import { driveRefused, fileRefused } from '../files/refused-by-system.ts'
import { isGone } from '../write/device-error.ts'
import { createFileTarget } from '../write/file-target.ts'
import type { Target } from '../write/target.ts'
import { checkSameDevice, checkSameDrive } from './identity.ts'
import type { DriveSystem, VolumeLock } from './system.ts'

/** Alignment in bytes that every file system accepts for direct I/O on a disk-image file. */
const page = 4096
/** Maximum number of tries to unmount and open a drive that is mounted again in between. */
const mostTries = 5
/**
 * Delay between two tries, in milliseconds. A mount in progress keeps a drive busy before it is
 * visible.
 */
const pause = 100

/**
 * Opens a drive in this process, which must have the rights to do so. It is the window's process,
 * the command line's, or the helper. For `read` the drive is only opened. For `write` the rules are
 * checked again and everything on the drive is unmounted. No other program can then use the drive
 * until it is closed. In both modes the opened handle is checked to lead to the inspected drive.
 * @throws drive-changed, drive-unusable, every refusal, drive-unmount-failed, drive-forbidden,
 * drive-missing, or the refusal of the system
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
    // Another drive may have taken the name before the open. This cannot happen from here on.
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
    isFile,
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
 * Checks again for other users of the same bytes, now that the drive is open. If two processes open
 * them at the same moment under two names, at least one sees the other. A process that fails to
 * lock the file has closed it before the next check.
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
  hold: VolumeLock | null
}

/**
 * Opens the chosen drive; for writing, after everything on it was unmounted. A desktop may mount
 * the drive again between the unmounting and the opening. The drive is then busy, also if a program
 * reads the new mount. All steps, including the rules, are then retried a few times. After the last
 * try the failure names the users of the drive.
 */
async function seize(system: DriveSystem, drive: Pick<Drive, 'identity'>, mode: 'read' | 'write'): Promise<Opened> {
  for (let tries = 1; ; tries++) {
    const found = await system.inspect(drive.identity.device)
    let hold: VolumeLock | null = null
    checkSameDrive(drive.identity, found.identity)
    if (mode === 'write') {
      const refusal = found.refusals[0]
      // The program behind a FUSE mount may need a moment to end after the mount was unmounted.
      if (refusal?.code === 'drive-busy' && tries > 1 && tries < mostTries) {
        await delay(pause)
        continue
      }
      if (refusal) throw KindlingError.revive(refusal)
    }
    try {
      if (mode === 'write') hold = await system.unmount(found)
      return { found, hold, ...(await openPastCache(system, found, mode)) }
    } catch (error) {
      await hold?.release()
      if (mode === 'write' && tries < mostTries && isBusy(error)) await delay(pause)
      else throw error instanceof KindlingError ? error : await explain(system, found, mode, error)
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
  // O_EXCL has a meaning only for block devices.
  const flags = mode === 'read' ? constants.O_RDONLY : constants.O_RDWR | (isFile ? system.locking : system.exclusively)
  // Direct I/O cannot reach the last bytes of a file whose size is not a multiple of the page.
  const wanted = isFile && drive.identity.size % page !== 0 ? 0 : system.directly
  const opened = await open(path, flags | wanted).then(
    (handle) => ({ handle, direct: wanted !== 0 || (!isFile && system.rawIsPastCache) }),
    async (error: NodeJS.ErrnoException) => {
      // EINVAL: the file system does not support direct I/O.
      if (wanted === 0 || error.code !== 'EINVAL') throw error
      return { handle: await open(path, flags), direct: false }
    },
  )
  if (!isFile || mode === 'read' || (await system.lockFile(opened.handle))) return opened
  await opened.handle.close()
  throw Object.assign(new Error('another handle has the lock of this file'), { code: 'EBUSY' })
}

/**
 * Returns true if a system call failed because something is in use. The cause of a `KindlingError`
 * is the error of the call. macOS returns EAGAIN if another handle has the lock.
 */
const isBusy = (error: unknown) => {
  const { code } = (error instanceof KindlingError ? (error.cause ?? error) : error) as NodeJS.ErrnoException
  return ['EBUSY', 'ETXTBSY', 'EAGAIN'].includes(code ?? '')
}

async function explain(
  system: DriveSystem,
  drive: Drive,
  mode: 'read' | 'write',
  error: unknown,
): Promise<KindlingError> {
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
  const refused = drive.identity.kind === 'file' ? fileRefused(device, error, mode) : driveRefused(device, error)
  if (refused !== null) return refused
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
