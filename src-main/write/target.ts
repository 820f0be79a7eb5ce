import type { Said } from '../../src-shared/phrases.ts'
/**
 * An opened drive (or disk-image file, or memory).
 *
 * Offsets and lengths are in bytes. If `alignment` > 1, every offset, every length and the address
 * of every buffer must be a multiple of it. `allocateAligned` returns such memory.
 */
export interface Target {
  /** Size in bytes. */
  readonly size: number
  /** Size of a logical sector, in bytes. */
  readonly sectorSize: number
  /** True if reads and writes bypass the cache of the operating system. */
  readonly pastCache: boolean
  readonly alignment: number
  /**
   * Writes all of `bytes`; several arrays are written one after the other.
   * @throws drive-write-failed, drive-became-read-only, drive-file-system-full, drive-gone, or the
   * refusal of the system
   */
  write(bytes: Uint8Array | readonly Uint8Array[], offset: number): Promise<void>
  /**
   * Fills all of `bytes`.
   * @throws drive-read-failed, drive-gone
   */
  read(bytes: Uint8Array, offset: number): Promise<void>
  /**
   * Resolves when the drive reports that everything is stored.
   * @throws drive-flush-failed
   */
  flush(): Promise<void>
  /**
   * Asks the system to read the partition table again.
   * @returns a warning, or null
   */
  rereadPartitionTable(): Promise<Said | null>
  /**
   * Powers the drive off, so that it can be pulled out. Afterwards only `close` may be called.
   * @returns a warning, or null
   */
  eject(): Promise<Said | null>
  close(): Promise<void>
}
