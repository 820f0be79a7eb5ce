import type { KnownSettings } from '../settings/settings.svelte.ts'

/** The steps after an image is written: those of the settings, until the user changes them here. */
export class AfterWriting {
  #readBack = $state<boolean | null>(null)
  #eject = $state<boolean | null>(null)
  readonly #settings: KnownSettings

  constructor(settings: KnownSettings) {
    this.#settings = settings
  }

  /** Whether to read each drive back and compare every byte. */
  get readBack(): boolean {
    return this.#readBack ?? this.#settings.current.verify
  }

  set readBack(readBack: boolean) {
    this.#readBack = readBack
  }

  /** Whether to power each drive off. */
  get eject(): boolean {
    return this.#eject ?? this.#settings.current.whenDone === 'eject'
  }

  set eject(eject: boolean) {
    this.#eject = eject
  }

  /** Returns to the settings: a choice is for one write only. */
  forget(): void {
    this.#readBack = null
    this.#eject = null
  }
}
