import { defaultSettings } from '../../src-shared/default-settings.ts'
import type { Failure } from '../../src-shared/failure.ts'
import type { SettingName, Settings, SettingsChanges, SettingsReading } from '../../src-shared/settings.ts'
import type { Bridge } from '../../src-shared/window-api.ts'

export const settingsGroups = ['window', 'downloads', 'writing'] as const
export type SettingsGroup = (typeof settingsGroups)[number]

const unread: SettingsReading = { settings: defaultSettings, saved: [], environment: {}, file: '', setAside: null }

/**
 * The current settings, including changes made by other programs. Defaults until the host has sent
 * them.
 */
export class KnownSettings {
  #reading = $state.raw<SettingsReading>(unread)
  /** The reason why the last change failed, and the setting it concerned. */
  failure = $state.raw<{ name: SettingName; failure: Failure } | null>(null)
  /** Whether the user has dismissed the notice about a settings file that was set aside. */
  told = $state(false)
  readonly #call: Bridge['call']
  #receive = () => {}
  readonly #received = new Promise<void>((resolve) => (this.#receive = resolve))

  constructor(call: Bridge['call']) {
    this.#call = call
  }

  /** Accepts the settings from the host: the first ones, and those that any program changed. */
  accept(reading: SettingsReading): void {
    this.#reading = reading
    this.#receive()
  }

  get reading(): SettingsReading {
    return this.#reading
  }

  get current(): Settings {
    return this.reading.settings
  }

  /**
   * Changes a setting, for this and every other Kindling program at once. Waits until the page has
   * received the settings.
   * @param value – null for the default
   */
  async change<N extends SettingName>(name: N, value: Settings[N] | null): Promise<void> {
    this.failure = null
    await this.#received
    const answer = await this.#call('changeSettings', { changes: { [name]: value } as SettingsChanges })
    if (answer.ok) this.#reading = answer.value
    else this.failure = { name, failure: answer.failure }
  }

  /** Lets the user choose a file or folder in a dialog of the system, and changes the setting. */
  async choosePath(name: 'keyring' | 'cacheDirectory'): Promise<void> {
    const answer =
      name === 'keyring'
        ? await this.#call('chooseFile', { purpose: 'keyring' })
        : await this.#call('chooseFolder', { purpose: 'cache' })
    if (answer.ok && answer.value !== null) await this.change(name, answer.value)
  }
}
