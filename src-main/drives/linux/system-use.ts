import { say, type Said } from '../../../src-shared/phrases.ts'
import type { Descent } from './layers.ts'
import { readSwaps } from './swaps.ts'

/**
 * Returns true if losing the file system mounted here would damage the running system or a user's
 * home. Usual mount points of sticks do not count (/media, /mnt, /run/media, /var/mnt, directories
 * inside a home). The places where live systems mount the stick that they run from do count.
 */
export const isSystemPlace = (mountpoint: string): boolean =>
  /^\/(boot|efi|etc|usr|opt|srv|nix|gnu|ostree|sysroot|cdrom|isodevice|lib\/live)(\/|$)/.test(mountpoint) ||
  /^\/run\/(initramfs|live|archiso|miso|overlay|rootfsbase|ephemeral)(\/|$)/.test(mountpoint) ||
  /^\/var\/(lib|log|cache|spool|opt)(\/|$)/.test(mountpoint) ||
  /^\/(home(\/[^/]+)?|root|tmp|var(\/(home(\/[^/]+)?|roothome|tmp))?)?$/.test(mountpoint)

/**
 * Returns the drives that carry the running system, each with the part that it carries: a mount
 * point, `swap`, or `Kindling itself`.
 * @param protects – paths of the running program
 */
export async function readSystemUse(protects: string[], descent: Descent): Promise<Map<string, Said>> {
  const carried = [
    { layers: descent.ofPath('/'), what: '/' },
    // Each mount is checked on its own: a mount that another one hides is still in use.
    ...descent.mounts
      .filter(({ mountpoint }) => isSystemPlace(mountpoint))
      .map((mount) => ({ layers: descent.ofMount(mount), what: mount.mountpoint })),
    ...(await readSwaps()).map((path) => ({ layers: descent.ofPath(path), what: say('swap') })),
    ...protects.map((path) => ({ layers: descent.ofPath(path), what: say('kindling-itself') })),
  ]
  const uses = new Map<string, Said>()
  const found = await Promise.all(carried.map(async ({ layers, what }) => ({ ...(await layers), what })))
  for (const { devices, what } of found) for (const device of devices) if (!uses.has(device)) uses.set(device, what)
  return uses
}
