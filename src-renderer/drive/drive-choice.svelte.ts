import type { Drive, DriveIdentity } from '../../src-shared/drive.ts'
import { keyOf } from '../../src-shared/same-drive.ts'
import type { Jobs } from '../job/jobs.svelte.ts'
import type { JobKind } from '../job/running-job.svelte.ts'
import { findEntry, type DriveList } from './drive-list.svelte.ts'

/**
 * The drives that one kind of job may use, and the drives that the user has chosen for it.
 * Initially none is chosen.
 */
export class DriveChoice {
  readonly list: DriveList
  readonly #jobs: Jobs
  readonly #kind: JobKind
  filter = $state('')
  #several = $state(false)
  /** Keys of the chosen drives. */
  #chosen = $state.raw<string[]>([])
  /** Chosen drives that were unplugged, with their places. Cleared when the choice changes. */
  #gone = $state.raw<{ drive: Drive; place: number }[]>([])

  readonly offered = $derived.by(() => this.list.all.filter((drive) => this.#isOffered(drive)))
  /** Chosen drives that were unplugged, as they were. */
  readonly gone = $derived(this.#gone.map(({ drive }) => drive))
  /** The drives that are offered, and at their former places those that are gone. */
  readonly rows = $derived.by(() => {
    const rows = [...this.offered]
    for (const { drive, place } of this.#gone) if (!this.#hasReplaced(drive)) rows.splice(place, 0, drive)
    return rows
  })
  /** The drives whose description contains every word of the filter, and all chosen drives. */
  readonly shown = $derived.by(() => {
    const words = this.filter.toLowerCase().split(/\s+/).filter(Boolean)
    return this.offered.filter((drive) => this.includes(drive) || words.every((word) => wordsOf(drive).includes(word)))
  })
  /** The drives that are not offered, each with the kind of job that uses it, or null. */
  readonly withheld = $derived.by(() =>
    this.list.all
      .filter((drive) => !this.#isOffered(drive))
      .map((drive) => ({ drive, usedBy: this.#jobs.usingDrive(drive.identity) })),
  )
  /** The chosen drives, in the order of the list. */
  readonly chosen = $derived.by(() => this.list.all.filter((drive) => this.includes(drive)))

  constructor(list: DriveList, jobs: Jobs, kind: JobKind) {
    this.list = list
    this.#jobs = jobs
    this.#kind = kind
    list.onAccept((before) => this.#forgetGone(before))
    // A drive that another job uses is deselected. It stays deselected after that job ends.
    jobs.onBegin((used, by) => by !== kind && this.#forget(used.map(keyOf)))
  }

  get several(): boolean {
    return this.#several
  }

  /**
   * Switches between one drive and several. On a switch back to one, a choice of several drives is
   * cleared: the program does not pick one of them for the user.
   */
  set several(several: boolean) {
    this.#several = several
    if (!several && this.#chosen.length > 1) this.choose(null)
  }

  includes(drive: Drive): boolean {
    return this.#chosen.includes(keyOf(drive.identity))
  }

  /** Chooses only this drive, or clears the choice if null. */
  choose(drive: Drive | null): void {
    this.#chosen = drive ? [keyOf(drive.identity)] : []
    this.#gone = []
  }

  /** Adds a drive to the choice, or removes it. */
  toggle(drive: Drive): void {
    if (this.includes(drive)) this.#forget([keyOf(drive.identity)])
    else this.#chosen = [...this.#chosen, keyOf(drive.identity)]
    this.#gone = []
  }

  /**
   * Returns the drive of a job as it is attached now, even under another device name. Null if it is
   * missing or in use by another job.
   */
  findFree(identity: DriveIdentity): Drive | null {
    const drive = this.list.find(identity)
    return drive && this.#jobs.usingDrive(drive.identity) === null ? drive : null
  }

  /**
   * Refreshes the drives that the user added by hand, before a job starts.
   * @returns whether the choice is unchanged
   */
  async lookAgain(): Promise<boolean> {
    const before = this.#chosen
    await this.list.lookAgain()
    return this.#chosen === before
  }

  /** Whether the list has a drive again, or another one in its place. */
  #hasReplaced({ identity }: Drive): boolean {
    const { list } = this
    const atPlace = list.all.some(({ identity: { device } }) => device === identity.device)
    return atPlace || findEntry(list.all, keyOf(identity)) !== undefined || list.find(identity) !== undefined
  }

  #isOffered(drive: Drive): boolean {
    // Reading does no harm: any drive may be verified or identified.
    const erases = this.#kind === 'write' || this.#kind === 'restore'
    const allowed = !erases || drive.refusals.length === 0
    return allowed && this.#jobs.usingDrive(drive.identity) === null
  }

  /** Deselects chosen drives that were unplugged. They stay deselected when they return. */
  #forgetGone(before: Drive[]): void {
    const gone = this.#chosen.filter((key) => !findEntry(this.list.all, key))
    if (gone.length === 0) return
    this.#forget(gone)
    const places = before.filter((drive) => this.#isOffered(drive)).map((drive, place) => ({ drive, place }))
    this.#gone = [...this.#gone, ...places.filter(({ drive }) => gone.includes(keyOf(drive.identity)))]
  }

  #forget(keys: string[]): void {
    this.#chosen = this.#chosen.filter((key) => !keys.includes(key))
  }
}

const wordsOf = ({ name, identity, bus, contents }: Drive): string =>
  [name, identity.device, identity.serial, bus, ...contents.map(({ label }) => label)].join(' ').toLowerCase()
