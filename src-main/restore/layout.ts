/** Bytes that are written at an offset. */
export interface Patch {
  /** In bytes. */
  offset: number
  bytes: Uint8Array
}

/** New content of a range: zeros, with patches. */
export interface Layout {
  /** Length of the range in bytes. */
  length: number
  patches: Patch[]
}

/** Partition that a file system is planned for. */
export interface Volume {
  /** Offset on the drive in bytes. */
  start: number
  /** Size in bytes. */
  size: number
  /** Size of a logical sector in bytes. */
  sectorSize: number
  /** Number that distinguishes volumes, with 32 bits. */
  serial: number
  /** Label; empty for none. */
  label: string
}

/** Unit to which partitions and the contents of file systems are aligned, in bytes. */
export const mebibyte = 1024 * 1024

/**
 * Fills a buffer with the planned bytes.
 * @param offset – offset of the buffer in bytes, from the same start as those of the patches
 */
export function render(patches: readonly Patch[], into: Uint8Array, offset: number): void {
  into.fill(0)
  for (const { offset: start, bytes } of patches) {
    const from = Math.max(start, offset)
    const to = Math.min(start + bytes.length, offset + into.length)
    if (from < to) into.set(bytes.subarray(from - start, to - start), from - offset)
  }
}
