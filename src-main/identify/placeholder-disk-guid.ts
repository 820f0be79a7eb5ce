/** Fedora CoreOS gives every image this disk GUID, and its first boot another one to the disk. */
export const placeholderDiskGuid = '00000000-0000-4000-a000-000000000001'
