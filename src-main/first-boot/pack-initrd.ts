import { gzipSync } from 'node:zlib'
import type { LiveBoot } from './live-boot.ts'
import { packCpio } from './pack-cpio.ts'

/** Paths that a live system reads in its initramfs (`src/live/embed.rs` of coreos-installer). */
export const [configMember, networkMember] = ['config.ign', 'etc/coreos-firstboot-network/']

/** Packs a further initrd with the config and the connections; null if there are none. */
export function packInitrd({ config, keyfiles }: Pick<LiveBoot, 'config' | 'keyfiles'>): Buffer | null {
  const members = [
    ...(config === null ? [] : [{ path: configMember, bytes: config }]),
    ...keyfiles.map(({ name, bytes }) => ({ path: `${networkMember}${name}`, bytes })),
  ]
  return members.length === 0 ? null : gzipSync(packCpio(members), { level: 9 })
}
