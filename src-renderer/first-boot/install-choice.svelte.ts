import type { LiveSpec } from '../../src-shared/first-boot.ts'
import { isDevice } from '../../src-shared/is-device.ts'

/** The wish that a live system installs itself, and the disk that it erases for it. */
export class InstallChoice {
  wanted = $state(false)
  /** Disk of the machine that starts the live system. */
  device = $state('')
  /** Whether the disk is first taken out of arrays, volume groups and encryption. */
  wipe = $state(false)

  readonly name = $derived(this.device.trim())
  readonly wrong = $derived(this.name !== '' && !isDevice(this.name))
  readonly state = $derived.by(() => {
    if (this.name === '') return 'diskless'
    return this.wrong ? 'disk' : 'ready'
  })
  /** The host asks the user before it lets a job begin. */
  readonly spec: LiveSpec = $derived({
    destDevice: this.name,
    ...(this.wipe && { destWipe: true }),
    acceptInstall: true,
  })
}
