import { defaultSettings } from '../../src-shared/default-settings.ts'
import type { Failure } from '../../src-shared/failure.ts'
import type { SettingName, Settings, SettingsChanges, SettingsReading } from '../../src-shared/settings.ts'
import type { Bridge } from '../../src-shared/window-api.ts'

const unread: SettingsReading = { settings: defaultSettings, saved: [], environment: {}, file: '', setAside: null }

/**
 * The current settings, including changes made by other programs. Defaults until the host has sent
 * them.
 */
class KnownSettings {
  #reading = $state.raw<SettingsReading>(unread)
  /** The reason why the last change failed, and the setting it concerned. */
  failure = $state.raw<{ name: SettingName; failure: Failure } | null>(null)
  /** Whether the user has dismissed the notice about a settings file that was set aside. */
  told = $state(false)
  #opened: (call: Bridge['call']) => void = () => {}
  readonly #call = new Promise<Bridge['call']>((resolve) => (this.#opened = resolve))

  /**
   * @param reading – the settings at the time the page asked for them
   */
  open({ call, onNews }: Pick<Bridge, 'call' | 'onNews'>, reading: SettingsReading): void {
    this.#reading = reading
    onNews((news) => news.news === 'settings' && (this.#reading = news.reading))
    this.#opened(call)
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
    const call = await this.#call
    const answer = await call('changeSettings', { changes: { [name]: value } as SettingsChanges })
    if (answer.ok) this.#reading = answer.value
    else this.failure = { name, failure: answer.failure }
  }
}

export const settings = new KnownSettings()
