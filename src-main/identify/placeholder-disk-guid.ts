/** The disk GUID of every Fedora CoreOS image. The first boot gives the disk a new one. */
export const placeholderDiskGuid = '00000000-0000-4000-a000-000000000001'
