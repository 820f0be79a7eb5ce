import { defaultSettings } from '../../src-shared/default-settings.ts'
import type { Failure } from '../../src-shared/failure.ts'
import type { SettingName, Settings, SettingsChanges, SettingsReading } from '../../src-shared/settings.ts'
import type { Bridge } from '../../src-shared/window-api.ts'

const unread: SettingsReading = { settings: defaultSettings, saved: [], environment: {}, file: '', setAside: null }

/** The settings as they are now, whoever changed them; until the page was given them, the defaults. */
class KnownSettings {
  #reading = $state.raw<SettingsReading>(unread)
  /** Why the last change was not made, and of which setting. */
  failure = $state.raw<{ name: SettingName; failure: Failure } | null>(null)
  /** Somebody has read that a file was set aside. */
  told = $state(false)
  #opened: (call: Bridge['call']) => void = () => {}
  readonly #call = new Promise<Bridge['call']>((resolve) => (this.#opened = resolve))

  /** @param reading as they were when the page asked */
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

  /** Holds at once, here and in every other program; waits until the page was given the settings. @param value null for the default */
  async change<N extends SettingName>(name: N, value: Settings[N] | null): Promise<void> {
    this.failure = null
    const call = await this.#call
    const answer = await call('changeSettings', { changes: { [name]: value } as SettingsChanges })
    if (answer.ok) this.#reading = answer.value
    else this.failure = { name, failure: answer.failure }
  }
}

export const settings = new KnownSettings()
