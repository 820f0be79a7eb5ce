/** Kinds of partitions by the type that a partition table states, with their English names. */
export const partitionKinds = {
  efi: 'EFI system',
  biosBoot: 'BIOS boot',
  prep: 'PReP boot',
  linux: 'Linux',
  swap: 'Linux swap',
  windows: 'Windows data',
  windowsReserved: 'Windows reserved',
  fat: 'FAT',
  ntfs: 'NTFS or exFAT',
  apple: 'Apple',
  extended: 'extended',
} as const
export type PartitionKind = keyof typeof partitionKinds
