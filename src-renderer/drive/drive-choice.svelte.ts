import type { Drive, DriveIdentity } from '../../src-shared/drive.ts'
import { keyOf } from '../../src-shared/same-drive.ts'
import type { Jobs } from '../job/jobs.svelte.ts'
import type { JobKind } from '../job/running-job.svelte.ts'
import { findEntry, type DriveList } from './drive-list.svelte.ts'
import { nameOf } from './name-of.ts'

/** The drives that one kind of job may have, and those that the person chose for it: none, until somebody does. */
export class DriveChoice {
  readonly list: DriveList
  readonly #jobs: Jobs
  readonly #kind: JobKind
  filter = $state('')
  #several = $state(false)
  /** Keys of entries of the list. */
  #chosen = $state.raw<string[]>([])
  /** Names of chosen drives that were unplugged, until the choice changes. */
  gone = $state.raw<string[]>([])

  readonly offered = $derived.by(() => this.list.all.filter((drive) => this.#isOffered(drive)))
  /** Those that have every word of the filter in what they are called, and those that are chosen. */
  readonly shown = $derived.by(() => {
    const words = this.filter.toLowerCase().split(/\s+/).filter(Boolean)
    return this.offered.filter((drive) => this.includes(drive) || words.every((word) => wordsOf(drive).includes(word)))
  })
  /** Those that are not offered, and what runs on them if that is why. */
  readonly withheld = $derived.by(() =>
    this.list.all
      .filter((drive) => !this.#isOffered(drive))
      .map((drive) => ({ drive, usedBy: this.#jobs.usingDrive(drive.identity) })),
  )
  /** In the order of the list. */
  readonly chosen = $derived.by(() => this.list.all.filter((drive) => this.includes(drive)))

  constructor(list: DriveList, jobs: Jobs, kind: JobKind) {
    this.list = list
    this.#jobs = jobs
    this.#kind = kind
    list.onAccept((before) => this.#forgetGone(before))
    // What another job works on is nobody's choice any more, also when that job ends.
    jobs.onBegin((used, by) => by !== kind && this.#forget(used.map(keyOf)))
  }

  get several(): boolean {
    return this.#several
  }

  /** One drive or several. Where several are chosen, one of them is not chosen for the person. */
  set several(several: boolean) {
    this.#several = several
    if (!several && this.#chosen.length > 1) this.choose(null)
  }

  includes(drive: Drive): boolean {
    return this.#chosen.includes(keyOf(drive.identity))
  }

  /** Chooses this drive alone; null for none. */
  choose(drive: Drive | null): void {
    this.#chosen = drive ? [keyOf(drive.identity)] : []
    this.gone = []
  }

  /** Chooses a drive besides the others, or no longer. */
  toggle(drive: Drive): void {
    if (this.includes(drive)) this.#forget([keyOf(drive.identity)])
    else this.#chosen = [...this.#chosen, keyOf(drive.identity)]
    this.gone = []
  }

  /** The drive of a job as it is plugged in now, whatever its letter, when nothing else runs on it. */
  findFree(identity: DriveIdentity): Drive | null {
    const drive = this.list.find(identity)
    return drive && this.#jobs.usingDrive(drive.identity) === null ? drive : null
  }

  /** Looks again at the drives that were added by hand, before anything is begun. @returns whether all that was chosen still is */
  async lookAgain(): Promise<boolean> {
    const before = this.#chosen
    await this.list.lookAgain()
    return this.#chosen === before
  }

  #isOffered(drive: Drive): boolean {
    // Reading a drive harms none: any may be verified or identified.
    const allowed = this.#kind !== 'write' || drive.refusals.length === 0
    return allowed && this.#jobs.usingDrive(drive.identity) === null
  }

  /** A chosen drive that is gone is chosen no more, also when it returns. */
  #forgetGone(before: Drive[]): void {
    const gone = this.#chosen.filter((key) => !findEntry(this.list.all, key))
    if (gone.length === 0) return
    this.#forget(gone)
    const names = gone.flatMap((key) => findEntry(before, key) ?? []).map(nameOf)
    this.gone = [...this.gone, ...names]
  }

  #forget(keys: string[]): void {
    this.#chosen = this.#chosen.filter((key) => !keys.includes(key))
  }
}

const wordsOf = ({ name, identity, bus, contents }: Drive): string =>
  [name, identity.device, identity.serial, bus, ...contents.map(({ label }) => label)].join(' ').toLowerCase()
