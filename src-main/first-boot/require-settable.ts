import { KindlingError } from '../../src-shared/failure.ts'
import { say } from '../../src-shared/phrases.ts'
import { readMemory } from '../identify/read-at.ts'
import { isIso } from '../image/decode/detect-kind.ts'
import type { FirstBoot } from './first-boot.ts'
import { makeLiveBoot } from './make-live-boot.ts'
import { planIso } from './plan-iso.ts'
import { requireMetal } from './plan-metal.ts'
import { requireForGrub } from './require-for-grub.ts'

/**
 * Checks, from the first MiB of an image, what can be known of its first boot before the drive is
 * touched.
 * @param head – the first MiB of the image
 * @param image – name of the image
 * @throws usage for settings of another kind of image; first-boot-unsupported, iso-no-room
 */
export async function requireSettable(head: Uint8Array, image: string, firstBoot: FirstBoot): Promise<void> {
  const read = readMemory(head)
  if (!isIso(head)) {
    requireNoneOfLive(firstBoot, image)
    return requireMetal(read, firstBoot)
  }
  requireNoneOfMetal(firstBoot, image)
  const { appendKargs = [], replaceKargs = [] } = firstBoot.live ?? {}
  requireForGrub([...appendKargs, ...replaceKargs])
  await planIso(read, makeLiveBoot(firstBoot)).catch((error: unknown) => {
    // The places may lie behind the first MiB.
    if (!(error instanceof KindlingError && error.cause instanceof RangeError)) throw error
  })
}

/**
 * Refuses settings that only a metal image has.
 * @throws usage, which names the option of a live system
 */
export function requireNoneOfMetal(firstBoot: FirstBoot, image: string): void {
  const { appendKargs, deleteKargs, consoles, platform, firstbootArgs, keyfiles } = firstBoot
  const [option, instead] = findGiven([
    [appendKargs, '--append-karg', '--live-karg-append, --dest-karg-append'],
    [deleteKargs, '--delete-karg', '--live-karg-delete, --dest-karg-delete'],
    [consoles, '--console', '--live-karg-append, --dest-console'],
    [platform, '--ignition-platform', '--live-karg-replace'],
    [firstbootArgs, '--firstboot-args', '--live-karg-append'],
    [keyfiles, '--network-dir', '--network-keyfile'],
  ])
  if (option !== undefined)
    throw new KindlingError('usage', { reason: say('metal-of-live', { option, image, instead: instead! }) })
}

/**
 * Refuses settings that only a live system has.
 * @throws usage, which names the option of a metal image
 */
function requireNoneOfLive({ live }: FirstBoot, image: string): void {
  if (live === null) return
  const [option = '--dest-device', instead = '--drive'] = findGiven([
    [live.configs, '--live-ignition', '--ignition-file'],
    [live.appendKargs, '--live-karg-append', '--append-karg'],
    [live.deleteKargs, '--live-karg-delete', '--delete-karg'],
    [live.replaceKargs, '--live-karg-replace', '--delete-karg, --append-karg'],
    [live.keyfiles, '--network-keyfile', '--network-dir'],
    [live.destConfigs, '--dest-ignition', '--ignition-file'],
    [live.destAppendKargs, '--dest-karg-append', '--append-karg'],
    [live.destDeleteKargs, '--dest-karg-delete', '--delete-karg'],
    [live.destConsoles, '--dest-console', '--console'],
    [live.preInstall, '--pre-install', '--format iso'],
    [live.postInstall, '--post-install', '--format iso'],
    [live.certificates, '--ignition-ca', '--format iso'],
    [live.installerConfigs, '--installer-config', '--format iso'],
  ])
  throw new KindlingError('usage', { reason: say('live-of-metal', { option, image, instead }) })
}

/** Returns the first option that was given, and those to use in its place. */
function findGiven(
  options: [setting: readonly unknown[] | string | null, option: string, instead: string][],
): [option: string, instead: string] | [] {
  const found = options.find(([setting]) => setting !== null && setting.length > 0)
  return found === undefined ? [] : [found[1], found[2]]
}
