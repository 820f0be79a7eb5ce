import type { FileHandle } from 'node:fs/promises'

/** Writes all bytes at an offset: the system may write fewer at once. */
export async function writeAll(file: FileHandle, bytes: Uint8Array, offset: number): Promise<void> {
  for (let at = 0; at < bytes.length;) at += (await file.write(bytes, at, bytes.length - at, offset + at)).bytesWritten
}
