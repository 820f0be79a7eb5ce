import type { FileHandle } from 'node:fs/promises'
import type { Drive, DriveIdentity } from '../../src-shared/drive.ts'

/** What keeps others from a drive besides its being open. */
export interface Hold {
  release(): Promise<void>
}

/**
 * The block devices of an operating system: how they are found, freed and opened. It follows no
 * path and knows no files; `withFiles` adds both.
 */
export interface DriveSystem {
  /** As `Drives.list`. */
  list(): Promise<Drive[]>
  /**
   * Inspects the drive that the system lists under a name.
   *
   * @param called – the name in failures, where a person gave another one.
   * @throws drive-missing, drive-unusable, drive-is-partition
   */
  inspect(device: string, called?: string): Promise<Drive>
  /**
   * Returns the system's own name of the block device at a path, through links; null where the path
   * leads to something else.
   */
  nameOf(path: string): Promise<string | null>
  /**
   * Identifies the drive behind an open handle, without its stable name. The handle is asked, not
   * the path that was opened.
   *
   * @param drive – the drive that was to be opened.
   * @throws drive-unusable when the handle leads to something else than a drive; drive-missing
   */
  identifyOpen(drive: Drive, handle: FileHandle): Promise<DriveIdentity>
  /** As `Drives.overlaps`. */
  overlaps(drive: Pick<Drive, 'identity'>, path: string): Promise<boolean>
  /**
   * Unmounts everything that stands on a drive; answers what keeps it so until it is released, or null where opening it alone
   * does, or nothing can.
   * @throws drive-unmount-failed, drive-busy
   */
  unmount(drive: Drive): Promise<Hold | null>
  /** The path by which a drive's bytes are reached past the cache. */
  rawPath(drive: Drive): string
  /** Flags of open(2) that keep everybody else from using a block device. */
  exclusively: number
  /** Flags of open(2) that go past the cache; 0 where there are none. */
  directly: number
  /** Reads and writes go past the cache without any flag. */
  rawIsPastCache: boolean
  /**
   * The system answers reads of this drive from its cache, although the drive was opened past the
   * cache.
   */
  readsThroughCache(drive: Drive): Promise<boolean>
  /** Names for people of everything that uses a drive, its mounts too. */
  usersOf(drive: Drive): Promise<string[]>
  /**
   * Names for people of everything that uses a disk-image file.
   *
   * @param mayHold – also programs that only have it open, this one too: any of them may have its
   * lock.
   */
  usersOfFile(path: string, mayHold?: boolean): Promise<string[]>
  /**
   * Names for people of everything that may change the bytes of a drive under another name:
   * programs that write to the same file, loop devices over it. Empty where the system does not
   * tell.
   */
  rivalsOf(drive: Drive): Promise<string[]>
  /**
   * Locks a disk-image file for one handle, until it is closed.
   * @returns false when another handle has the lock
   */
  lockFile(handle: FileHandle): Promise<boolean>
  /**
   * Flags of open(2) that lock a disk-image file, where `lockFile` does not; opening fails where
   * another has the lock.
   */
  locking: number
  /** Asks the system to read the partition table again; answers a warning, or null. */
  rereadPartitionTable(device: string): Promise<string | null>
  /**
   * Powers a drive off; answers a warning, or null.
   * @param close what lets go of it, for systems that power off only what nobody has open
   */
  eject(drive: Drive, close: () => Promise<void>): Promise<string | null>
  /** Cheap text that changes when the list may have; null where only listing tells. */
  fingerprint(): Promise<string | null>
  /** A directory whose changes are worth a look at the fingerprint, or null. */
  watched: string | null
  /** Milliseconds between two looks. */
  interval: number
}
