import type { Drive } from '../../src-shared/drive.ts'
import { isHostname } from '../../src-shared/is-hostname.ts'
import { keyOf } from '../../src-shared/same-drive.ts'

/**
 * The host name of the system on each drive: that of a pattern with the number of the drive, unless
 * the user typed another one for it. Numbers continue after those that were written with this
 * pattern since the window was opened.
 */
export class HostNames {
  /** Names that the user typed, by drive key. */
  #typed = $state.raw<Record<string, string>>({})
  /** Names of the systems that were written. */
  #written = $state.raw<string[]>([])
  readonly #pattern: () => string
  readonly #drives: () => Drive[]
  readonly #hasFields: () => boolean

  /**
   * @param drives – the chosen drives
   * @param hasFields – whether the rows of drives have a field for the name
   */
  constructor(pattern: () => string, drives: () => Drive[], hasFields: () => boolean) {
    this.#pattern = pattern
    this.#drives = drives
    this.#hasFields = hasFields
  }

  /** The names of the chosen drives that have one, or the pattern while no drive is chosen. */
  readonly all = $derived.by(() => {
    const drives = this.#drives()
    const names = drives.length === 0 ? [this.#pattern().trim()] : drives.map((drive) => this.nameFor(drive) ?? '')
    return [...new Set(names.filter((name) => name !== ''))]
  })
  /** A name that several of the chosen drives have; null if each has its own. */
  readonly shared = $derived.by(() => {
    const names = this.#drives().flatMap((drive) => this.nameFor(drive)?.toLowerCase() ?? [])
    return names.find((name, index) => names.indexOf(name) !== index) ?? null
  })
  readonly #last = $derived.by(() => findLastNumber(this.#pattern().trim(), this.#written))
  readonly wrong = $derived.by(() => this.#drives().some((drive) => this.isWrong(drive)))

  /** Returns the text of the drive's field. */
  textFor(drive: Drive): string {
    return this.#typedFor(drive) ?? this.#number(this.#pattern(), drive)
  }

  /** Returns the name of the system on a drive; null for a name from the network. */
  nameFor(drive: Drive): string | null {
    return this.#number(this.#typedFor(drive)?.trim() || this.#pattern(), drive) || null
  }

  isWrong(drive: Drive): boolean {
    const name = this.nameFor(drive)
    return name !== null && !isHostname(name)
  }

  set(drive: Drive, text: string): void {
    this.#typed = { ...this.#typed, [keyOf(drive.identity)]: text }
  }

  /** Returns an emptied field to the name by the pattern, once the user has left it. */
  leave(drive: Drive): void {
    const { [keyOf(drive.identity)]: typed, ...others } = this.#typed
    if (typed?.trim() === '') this.#typed = others
  }

  /**
   * Forgets the typed names: the next drives become other machines.
   * @param written – names of the systems that were written
   */
  forget(written: string[]): void {
    this.#typed = {}
    this.#written = [...this.#written, ...written]
  }

  /** Returns the text that the user typed for a drive. Without a field it does not count. */
  #typedFor({ identity }: Drive): string | undefined {
    return this.#hasFields() ? this.#typed[keyOf(identity)] : undefined
  }

  /** Puts the number of a drive into a name. */
  #number(name: string, drive: Drive): string {
    const place = this.#drives().findIndex(({ identity }) => keyOf(identity) === keyOf(drive.identity))
    return name.trim().replaceAll('{n}', String(this.#last + Math.max(place, 0) + 1))
  }
}

/** Returns the highest number that a pattern has in one of these names; 0 if it has none. */
function findLastNumber(pattern: string, names: string[]): number {
  // Of the characters of a host name, only the dot means something in an expression.
  const [before = '', ...rest] = pattern.replaceAll('.', '\\.').split('{n}')
  if (rest.length === 0 || !isHostname(pattern)) return 0
  const shape = new RegExp(`^${before}(?<number>\\d{1,9})${rest.join('\\k<number>')}$`)
  return Math.max(0, ...names.map((name) => Number(shape.exec(name)?.groups?.['number'] ?? 0)))
}
