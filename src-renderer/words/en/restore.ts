export const restore = {
  restore: {
    make: 'Make',
    stick: 'an empty storage stick',
    fileSystem: 'File system',
    usual: 'Automatic',
    uses: {
      usual: 'FAT32 for drives up to 32 GB, and exFAT for larger ones. Every system reads and writes both.',
      fat32: 'Read by every device, even an old one. A file can have 4 GB at most.',
      exfat: 'Read by every current system. Files can have any size.',
    },
    label: 'Label',
    labelHint: 'At most 11 characters. Leave empty for none.',
    done: 'Restored',
    empty: '{drive} is an empty storage stick.',
    readBack: 'Kindling read back all that it wrote. Other old data stay on the drive until they are overwritten.',
    rows: { fileSystem: 'File system', table: 'Partition table', size: 'Size' },
  },
} as const
