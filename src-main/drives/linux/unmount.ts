import { KindlingError, reasonOf } from '../../../src-shared/failure.ts'
import { say, type Phrase, type Said } from '../../../src-shared/phrases.ts'
import { runTool } from '../run-tool.ts'
import { flatten, type BlockDevice } from './block-tree.ts'
import { readMounts, type Mount } from './mounts.ts'
import { readMountUsers } from './openers.ts'

/** Maximum number of additional unmounts, for mounts that appear during the unmounting. */
const mostSurprises = 20

/**
 * Unmounts everything on a drive, including stacked, nested and bind mounts, the topmost first. A
 * partition that is mounted again meanwhile is unmounted again, a few times.
 * @throws drive-unmount-failed; its cause has the code EBUSY if a program uses a mount and may
 * release it soon
 */
export async function unmountAll(drive: BlockDevice): Promise<void> {
  const parts = flatten(drive)
  const numbers = new Set(parts.map((part) => part.number))
  const devices = new Set(parts.map((part) => part.device))
  // btrfs has no device number of its own, only a source.
  const isOurs = (mount: Mount) => numbers.has(mount.number) || devices.has(mount.source)

  let mounts = await readMounts()
  const most = mounts.filter(isOurs).length + mostSurprises
  for (let unmounted = 0; ; unmounted++) {
    const ours = mounts.filter(isOurs)
    if (ours.length === 0) return
    const fail = (mountpoint: string, reason: Said, cause?: Error) =>
      new KindlingError('drive-unmount-failed', { drive: drive.device, mountpoint, reason }, { cause })

    if (unmounted === most) throw fail(ours[0]!.mountpoint, say('mounted-again'))
    const mount = ours.findLast(({ id }) => !mounts.some(({ parent }) => parent === id))
    if (mount === undefined) {
      const covered = ours.at(-1)!
      const cover = mounts.find(({ parent }) => parent === covered.id)
      throw fail(covered.mountpoint, sayCovered(cover, 'on'))
    }
    // umount(8) unmounts the topmost mount at a path. It must be the mount of this drive.
    const top = mounts.findLast(({ mountpoint }) => mountpoint === mount.mountpoint)
    if (top?.id !== mount.id) throw fail(mount.mountpoint, sayCovered(top, 'over'))
    const error = await runTool('umount', '--', mount.mountpoint).then(
      () => null,
      (error: unknown) => error,
    )
    mounts = await readMounts()
    // Another program may have unmounted it first. A new mount may have the same id, since the
    // kernel reuses ids.
    if (error === null || !mounts.some(({ id }) => id === mount.id)) continue
    const reason = String(reasonOf(error)).replace(/^umount: .*?: /, '')
    if (!/\bbusy\b/.test(reason)) throw fail(mount.mountpoint, reason)
    const users = await readMountUsers(mount.mountpoint)
    const cause = Object.assign(new Error(reason), { code: 'EBUSY' })
    throw fail(mount.mountpoint, users.length > 0 ? say('used-by', { users }) : reason, cause)
  }
}

/**
 * Returns the phrase for a mount that covers another. The source of a file system without a device
 * (tmpfs, overlay) may be any text.
 */
export function sayCovered(cover: Mount | undefined, where: 'on' | 'over'): Phrase {
  const { source = '', mountpoint: place = '' } = cover ?? {}
  if (source.startsWith('/'))
    return where === 'on' ? say('mounted-on-it', { device: source, place }) : say('mounted-over-it', { device: source })
  return where === 'on' ? say('other-mounted-on-it', { place }) : say('other-mounted-over-it')
}
