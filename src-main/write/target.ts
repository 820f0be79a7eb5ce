/**
 * A drive (or disk-image file, or memory) that was opened.
 *
 * Offsets and lengths are bytes. With `alignment` > 1 every offset, every length and the address of every buffer must
 * be a multiple of it: `allocate` gives such memory.
 */
export interface Target {
  /** Bytes. */
  readonly size: number
  /** Bytes of a logical sector. */
  readonly sectorSize: number
  /** Reads and writes go past the system's cache. */
  readonly pastCache: boolean
  readonly alignment: number
  /** Writes all of `bytes`, one after the other where there are several. @throws drive-write-failed, drive-became-read-only, drive-file-system-full, drive-gone */
  write(bytes: Uint8Array | readonly Uint8Array[], offset: number): Promise<void>
  /** Fills all of `bytes`. @throws drive-read-failed, drive-gone */
  read(bytes: Uint8Array, offset: number): Promise<void>
  /** Resolves when the drive says that it has stored everything. @throws drive-flush-failed */
  flush(): Promise<void>
  /** Asks the system to look at the partition table again; answers a warning, or null. */
  rereadPartitionTable(): Promise<string | null>
  /** Powers the drive off, so that it can be pulled out; answers a warning, or null. Only `close` may follow. */
  eject(): Promise<string | null>
  close(): Promise<void>
}
