import type { Drive, DriveIdentity } from '../../src-shared/drive.ts'
import type { Failure } from '../../src-shared/failure.ts'
import { isSameDrive } from '../../src-shared/is-same-drive.ts'
import type { Bridge } from '../../src-shared/window-api.ts'

/** The drives of the machine and the disk-image files that the person added. */
export class DriveList {
  #ofMachine = $state.raw<Drive[]>([])
  #files = $state.raw<Drive[]>([])
  /** Why the last disk-image file could not be added. */
  failure = $state.raw<Failure | null>(null)
  readonly all = $derived([...this.#ofMachine, ...this.#files])
  readonly #call: Bridge['call']
  readonly #onAccept: ((before: Drive[]) => void)[] = []

  constructor(call: Bridge['call']) {
    this.#call = call
  }

  /** Takes the machine's drives as they are now. */
  accept(drives: Drive[]): void {
    const before = this.all
    this.#ofMachine = drives
    for (const listener of this.#onAccept) listener(before)
  }

  onAccept(listener: (before: Drive[]) => void): void {
    this.#onAccept.push(listener)
  }

  async addFile(path: string): Promise<Drive | null> {
    const answer = await this.#call('inspectDrive', { path })
    this.failure = answer.ok ? null : answer.failure
    if (!answer.ok) return null
    const drive = answer.value
    this.#files = [...this.#files.filter(({ identity }) => identity.device !== drive.identity.device), drive]
    return drive
  }

  find(identity: DriveIdentity): Drive | undefined {
    return findDrive(this.all, identity)
  }
}

export const findDrive = (drives: Drive[], identity: DriveIdentity): Drive | undefined =>
  drives.find((drive) => isSameDrive(drive.identity, identity))

/** What tells a row of the list from the others. */
export const keyOf = ({ identity }: Drive): string => `${identity.device} ${identity.number} ${identity.serial ?? ''}`
