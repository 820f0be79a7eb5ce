import type { NamedFile } from './first-boot.ts'

/**
 * Returns a script for the live system that stops the arrays and volumes on a disk, and erases
 * their signatures. The live system assembles what it finds, and its installer refuses a disk that
 * is in use. While the disk is locked, udev does not assemble anything from it
 * (https://systemd.io/BLOCK_DEVICE_LOCKING).
 * @param device – path without characters that a shell interprets
 */
export const releaseDisk = (device: string): NamedFile => ({
  name: 'release-disk',
  bytes: Buffer.from(`#!/bin/bash
set -euo pipefail
udevadm settle
disk=$(basename "$(readlink -f "${device}")")
exec 9<"/dev/$disk"
flock 9

# A device and its partitions
list_nodes() {
  local partition
  echo "$1"
  for partition in /sys/class/block/"$1"/*/partition; do
    [ ! -e "$partition" ] || basename "$(dirname "$partition")"
  done
}

# Stops the arrays and mapped devices that use a device, the last one first.
stop_users() {
  local node user
  for node in $(list_nodes "$1"); do
    for user in $(ls "/sys/class/block/$node/holders"); do
      [ -e "/sys/class/block/$user" ] || continue
      stop_users "$user"
      if [ -e "/sys/class/block/$user/md" ]; then
        mdadm --stop "/dev/$user"
      else
        dmsetup remove "$(cat "/sys/class/block/$user/dm/name")"
      fi
    done
  done
}

stop_users "$disk"
for node in $(list_nodes "$disk" | tac); do
  wipefs --all --force "/dev/$node"
done
exec 9<&-
udevadm settle
`),
})
