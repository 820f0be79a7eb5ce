import type { FileHandle } from 'node:fs/promises'
import type { Drive, DriveIdentity } from '../../src-shared/drive.ts'
import type { Said } from '../../src-shared/phrases.ts'

/** Lock that keeps other programs from a drive, in addition to the open handle. */
export interface VolumeLock {
  release(): Promise<void>
}

/**
 * The block devices of an operating system: how they are listed, unmounted and opened. Devices have
 * the names that the system lists. `withFiles` adds links and disk-image files.
 */
export interface DriveSystem {
  /** See `Drives.list`. */
  list(): Promise<Drive[]>
  /**
   * Inspects the drive that the system lists under a name.
   * @param called – the name for failures, if the user entered another one
   * @throws drive-missing, drive-unusable, drive-is-partition
   */
  inspect(device: string, called?: string): Promise<Drive>
  /**
   * Returns the system's own name of the block device at a path, through links. Null if the path
   * leads to anything other than a block device.
   */
  nameOf(path: string): Promise<string | null>
  /**
   * Identifies the drive behind an open handle, without its stable name. The identity is read from
   * the handle, not from the path that was opened.
   * @param drive – the drive that was to be opened
   * @throws drive-unusable if the handle does not lead to a drive; drive-missing
   */
  identifyOpen(drive: Drive, handle: FileHandle): Promise<DriveIdentity>
  /** See `Drives.overlaps`. */
  overlaps(drive: Pick<Drive, 'identity'>, path: string): Promise<boolean>
  /**
   * Unmounts everything on a drive.
   * @returns a lock that keeps the volumes unmounted until it is released. Null if opening the
   * drive already does that, or if there is no such lock.
   * @throws drive-unmount-failed, drive-busy
   */
  unmount(drive: Drive): Promise<VolumeLock | null>
  /** Returns the path whose reads and writes bypass the cache. */
  rawPath(drive: Drive): string
  /** Flags of open(2) that keep all other programs from using a block device. */
  exclusively: number
  /** Flags of open(2) that bypass the cache; 0 if the system has no such flags. */
  directly: number
  /** True if reads and writes of `rawPath` bypass the cache without any flag. */
  rawIsPastCache: boolean
  /**
   * Returns true if the system serves reads of this drive from its cache although the drive was
   * opened to bypass the cache.
   */
  readsThroughCache(drive: Drive): Promise<boolean>
  /** Returns names for users of everything that uses a drive, including its mounts. */
  usersOf(drive: Drive): Promise<Said[]>
  /**
   * Returns names for users of everything that uses a disk-image file.
   * @param mayHold – includes all programs that have the file open, this one too: any of them may
   * have its lock
   */
  usersOfFile(path: string, mayHold?: boolean): Promise<Said[]>
  /**
   * Returns names for users of everything that may change the bytes of a drive under another name.
   * These are programs that write to the same file, and loop devices over it. Empty if the system
   * does not provide this.
   */
  rivalsOf(drive: Drive): Promise<Said[]>
  /**
   * Locks a disk-image file for one handle, until the handle is closed.
   * @returns false if another handle has the lock
   */
  lockFile(handle: FileHandle): Promise<boolean>
  /**
   * Flags of open(2) that lock a disk-image file, where `lockFile` does not. Opening fails if
   * another handle has the lock.
   */
  locking: number
  /** Asks the system to read the partition table again. Returns a warning, or null. */
  rereadPartitionTable(device: string): Promise<Said | null>
  /**
   * Powers a drive off. Returns a warning, or null.
   * @param close – releases the drive, for systems that power off only drives that are not open
   */
  eject(drive: Drive, close: () => Promise<void>): Promise<Said | null>
  /**
   * Returns a text that is cheap to read and changes when the list may have changed. Null if only
   * listing shows changes.
   */
  fingerprint(): Promise<string | null>
  /** A directory whose changes trigger a check of the fingerprint, or null. */
  watched: string | null
  /** Interval between two checks for changes, in milliseconds. */
  interval: number
}
