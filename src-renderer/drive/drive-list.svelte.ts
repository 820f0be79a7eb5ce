import type { Drive, DriveIdentity } from '../../src-shared/drive.ts'
import { nameOf } from './name-of.ts'
import { isSameDrive } from '../../src-shared/is-same-drive.ts'

/** The drives of the machine and the disk-image files that the person added; one of them chosen, or none. */
export class DriveList {
  #ofMachine = $state.raw<Drive[]>([])
  #files = $state.raw<Drive[]>([])
  #chosen = $state.raw<DriveIdentity | null>(null)
  /** Name of the chosen drive that was unplugged, until another is chosen. */
  gone = $state<string | null>(null)

  readonly all = $derived([...this.#ofMachine, ...this.#files])
  readonly writable = $derived(this.all.filter(({ refusals }) => refusals.length === 0))
  readonly refused = $derived(this.all.filter(({ refusals }) => refusals.length > 0))
  readonly chosen = $derived(this.#chosen && (this.find(this.#chosen) ?? null))

  /** Takes the machine's drives as they are now. A chosen drive that is gone is chosen no more, also when it returns. */
  accept(drives: Drive[]): void {
    const before = this.chosen
    this.#ofMachine = drives
    if (before && !this.find(before.identity)) {
      this.#chosen = null
      this.gone = nameOf(before)
    }
  }

  addFile(drive: Drive): void {
    this.#files = [...this.#files.filter(({ identity }) => identity.device !== drive.identity.device), drive]
  }

  choose(drive: Drive | null): void {
    this.#chosen = drive?.identity ?? null
    this.gone = null
  }

  find(identity: DriveIdentity): Drive | undefined {
    return this.all.find((drive) => isSameDrive(drive.identity, identity))
  }
}

/** What tells a row of the list from the others. */
export const keyOf = ({ identity }: Drive): string => `${identity.device} ${identity.number} ${identity.serial ?? ''}`
