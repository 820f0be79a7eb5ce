import { readMounts } from './mounts.ts'
import { readSwaps } from './swaps.ts'
import { drivesUnder } from './under.ts'

/**
 * Whether losing what is mounted here would damage the running system or somebody's home. Places where people mount
 * sticks (/media, /mnt, /run/media, /var/mnt, directories inside a home) are not among them.
 */
export const isSystemPlace = (mountpoint: string): boolean =>
  /^\/(boot|efi|etc|usr|sysroot)(\/|$)/.test(mountpoint) ||
  /^\/(home(\/[^/]+)?|root|var(\/(home|lib|log|cache|tmp))?)?$/.test(mountpoint)

/**
 * The drives that carry the running system, each with what it carries: a place, `swap`, or `Kindling itself`.
 * @param protects paths of the running program
 */
export async function readSystemUse(protects: string[]): Promise<Map<string, string>> {
  const mountpoints = (await readMounts()).map((mount) => mount.mountpoint).filter(isSystemPlace)
  const places = new Set(['/', ...mountpoints])
  const carried = [
    ...[...places].map((path) => ({ path, what: path })),
    ...(await readSwaps()).map((path) => ({ path, what: 'swap' })),
    ...protects.map((path) => ({ path, what: 'Kindling itself' })),
  ]
  const uses = new Map<string, string>()
  const found = await Promise.all(carried.map(async ({ path, what }) => ({ devices: await drivesUnder(path), what })))
  for (const { devices, what } of found) for (const device of devices) if (!uses.has(device)) uses.set(device, what)
  return uses
}
