import type { Drive, DriveIdentity } from '../../src-shared/drive.ts'
import type { Failure } from '../../src-shared/failure.ts'
import { findSameDrive, isStillAttached, keyOf } from '../../src-shared/same-drive.ts'
import type { Bridge } from '../../src-shared/window-api.ts'

/** The machine's drives and the disk-image files that the user added. */
export class DriveList {
  /** The machine's drives; null until the system has answered. */
  #ofMachine = $state.raw<Drive[] | null>(null)
  #files = $state.raw<Drive[]>([])
  /**
   * Whether the machine's drives are known. Until then, the page does not say that there are none.
   */
  readonly looked = $derived(this.#ofMachine !== null)
  /** The reason why the last disk-image file could not be added. */
  failure = $state.raw<Failure | null>(null)
  /** Keys of the drives, in the order in which they appeared first. */
  #order = $state.raw<string[]>([])
  /**
   * All drives. A new one comes last, so that no row moves under the pointer. An added file that
   * turns out to be one of the machine's drives is listed once.
   */
  readonly all = $derived.by(() => {
    const ofMachine = this.#ofMachine ?? []
    const files = this.#files.filter((drive) => !findEntry(ofMachine, keyOf(drive.identity)))
    return [...ofMachine, ...files].toSorted((a, b) => this.#placeOf(a) - this.#placeOf(b))
  })
  readonly #call: Bridge['call']
  readonly #onAccept: ((before: Drive[]) => void)[] = []

  constructor(call: Bridge['call']) {
    this.#call = call
  }

  /** Sets the machine's current drives. */
  accept(drives: Drive[]): void {
    this.#change(() => (this.#ofMachine = drives))
    void this.lookAgain()
  }

  /**
   * Removes added files that no longer exist or are a different drive by now. The system sends no
   * events for these files.
   */
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
    // One file may have several names, and a name may refer to another file by now.
    const others = this.#files.filter(({ identity }) => identity.device !== device && keyOf(identity) !== key)
    this.#change(() => (this.#files = [...others, drive]))
    return findEntry(this.all, key) ?? drive
  }

  /** Returns the drive as it is attached now, at the same place or plugged in again. */
  find(identity: DriveIdentity): Drive | undefined {
    return findSameDrive(this.all, identity)
  }

  #placeOf({ identity }: Drive): number {
    const place = this.#order.indexOf(keyOf(identity))
    return place === -1 ? this.#order.length : place
  }

  #change(act: () => void): void {
    const before = this.all
    act()
    // The first answer of the system has an order of its own.
    if (this.looked) this.#order = [...new Set([...this.#order, ...this.all.map(({ identity }) => keyOf(identity))])]
    for (const listener of this.#onAccept) listener(before)
  }
}

/** Returns the list entry with this key. */
export const findEntry = (drives: Drive[], key: string): Drive | undefined =>
  drives.find(({ identity }) => keyOf(identity) === key)
