import { KindlingError } from '../../src-shared/failure.ts'
import type { FirstBootDone } from '../../src-shared/first-boot.ts'
import { say, type Said } from '../../src-shared/phrases.ts'
import { findRelease } from '../../src-shared/release-number.ts'
import { describeFirstBoot } from './describe-first-boot.ts'
import type { KargChanges } from './edit-kargs.ts'
import type { FirstBoot } from './first-boot.ts'
import type { LiveBoot } from './live-boot.ts'
import { makeLiveBoot } from './make-live-boot.ts'
import { packInitrd } from './pack-initrd.ts'
import { requireNoneOfMetal } from './require-settable.ts'

/** Settings of a live system that is started from the network. */
export interface NetworkBoot {
  /** The further initrd that holds config and connections; null for none. */
  initrd: Buffer | null
  hasConfig: boolean
  /** Kernel arguments. An initrd has no place for them, so the boot loader gives them. */
  kargs: Required<Pick<KargChanges, 'append' | 'delete' | 'replace'>>
  /** The part of the receipt. */
  done: FirstBootDone
}

/**
 * Makes the further initrd of a live system, as `coreos-installer pxe ignition wrap` and
 * `pxe network wrap` do: the signed files stay as they are.
 * @param image – name of the image
 * @param release – null if it is not known
 * @throws usage for settings of a metal image, first-boot-unsupported
 */
export function makeNetworkBoot(firstBoot: FirstBoot, image: string, release: string | null): NetworkBoot {
  requireNoneOfMetal(firstBoot, image)
  const liveBoot = makeLiveBoot(firstBoot)
  requireKnown(liveBoot, release)
  return {
    initrd: packInitrd(liveBoot),
    hasConfig: liveBoot.config !== null,
    kargs: { append: liveBoot.appendKargs, delete: liveBoot.deleteKargs, replace: liveBoot.replaceKargs },
    done: describeFirstBoot(firstBoot, liveBoot, []),
  }
}

/**
 * Refuses settings that a release would ignore. An ISO lists what its release knows; the list for
 * the network is packed into the initramfs, so the month of the release that brought it decides.
 */
function requireKnown({ keyfiles, directives }: LiveBoot, release: string | null): void {
  const date = release === null ? undefined : findRelease(release)?.date
  if (date === undefined) return
  const isOld = date < '2021-12'
  if (isOld && keyfiles.length > 0) throw refuse(say('pxe-without-network'))
  if (isOld && directives !== null) throw refuse(say('iso-without-installer'))
  if (date < '2022-09' && directives?.includes('console'))
    throw refuse(say('iso-without-directive', { directive: 'console' }))
}

const refuse = (reason: Said) => new KindlingError('first-boot-unsupported', { reason })
