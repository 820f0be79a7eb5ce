import type { Drive, DriveIdentity } from '../../src-shared/drive.ts'
import type { Failure } from '../../src-shared/failure.ts'
import { findSameDrive, isStillAttached, keyOf } from '../../src-shared/same-drive.ts'
import type { Bridge } from '../../src-shared/window-api.ts'

/** The drives of the machine and the disk-image files that the person added. */
export class DriveList {
  /** Null until the system has answered. */
  #ofMachine = $state.raw<Drive[] | null>(null)
  #files = $state.raw<Drive[]>([])
  /** Whether the machine's drives are known: until then, nothing is said of there being none. */
  readonly looked = $derived(this.#ofMachine !== null)
  /** Why the last disk-image file could not be added. */
  failure = $state.raw<Failure | null>(null)
  /** One that was added by hand may be one of the machine's. */
  readonly all = $derived([
    ...(this.#ofMachine ?? []),
    ...this.#files.filter((drive) => !findEntry(this.#ofMachine ?? [], keyOf(drive.identity))),
  ])
  readonly #call: Bridge['call']
  readonly #onAccept: ((before: Drive[]) => void)[] = []

  constructor(call: Bridge['call']) {
    this.#call = call
  }

  /** Takes the machine's drives as they are now. */
  accept(drives: Drive[]): void {
    this.#change(() => (this.#ofMachine = drives))
    void this.lookAgain()
  }

  /** Leaves out the added ones that are gone, or are another drive by now: nothing tells of them as the system tells of its drives. */
  async lookAgain(): Promise<void> {
    const looked = await Promise.all(
      this.#files.map(async (drive) => {
        const answer = await this.#call('inspectDrive', { path: drive.identity.device })
        return answer.ok && isStillAttached(drive.identity, answer.value.identity) ? [] : [drive]
      }),
    )
    const gone = looked.flat()
    if (gone.length > 0) this.#change(() => (this.#files = this.#files.filter((drive) => !gone.includes(drive))))
  }

  onAccept(listener: (before: Drive[]) => void): void {
    this.#onAccept.push(listener)
  }

  async addFile(path: string): Promise<Drive | null> {
    const answer = await this.#call('inspectDrive', { path })
    this.failure = answer.ok ? null : answer.failure
    if (!answer.ok) return null
    const drive = answer.value
    const { device } = drive.identity
    const key = keyOf(drive.identity)
    // One file may have several names, and one name may lead to another file by now.
    const others = this.#files.filter(({ identity }) => identity.device !== device && keyOf(identity) !== key)
    this.#change(() => (this.#files = [...others, drive]))
    return findEntry(this.all, key) ?? drive
  }

  /** The drive as it is attached now: where it was, or plugged in again. */
  find(identity: DriveIdentity): Drive | undefined {
    return findSameDrive(this.all, identity)
  }

  #change(act: () => void): void {
    const before = this.all
    act()
    for (const listener of this.#onAccept) listener(before)
  }
}

/** The entry of a list with this key. */
export const findEntry = (drives: Drive[], key: string): Drive | undefined =>
  drives.find(({ identity }) => keyOf(identity) === key)
