import { z } from 'zod'

/** File systems of storage sticks that every system reads and writes. */
export const fileSystem = z.enum(['fat32', 'exfat'])
export type FileSystem = z.infer<typeof fileSystem>

/** Names of the file systems as people know them. */
export const fileSystemNames: Record<FileSystem, string> = { fat32: 'FAT32', exfat: 'exFAT' }
