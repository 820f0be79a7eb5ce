import type { News } from '../../src-shared/api.ts'
import type { SavedSettings, SetAside, SettingsChanges, SettingsReading } from '../../src-shared/settings.ts'
import type { Ports } from '../ports.ts'
import { describeSettings } from '../settings/apply-settings.ts'
import { openSettingsFile, type SettingsFile, type SettingsFileContent } from '../settings/settings-file.ts'

/** The settings as they were read last. Announces a change, which another process may have made. */
export class CurrentSettings {
  readonly #environment: Ports['environment']
  readonly #announce: (news: News) => void
  readonly #file: SettingsFile
  #setAside: SetAside | null = null
  /** Number of requests so far. */
  #requests = 0
  /** The settings that were announced last, as JSON, and the number of their request. */
  #known: { json: string | null; since: number } = { json: null, since: 0 }

  constructor(world: Ports, announce: (news: News) => void) {
    this.#environment = world.environment
    this.#announce = announce
    this.#file = openSettingsFile(world)
  }

  async read(): Promise<SavedSettings> {
    const request = ++this.#requests
    const found = await this.#file.read()
    this.#compare(found, request)
    return found.saved
  }

  /**
   * Changes settings.
   * @throws usage for an invalid setting; output-failed
   */
  async change(changes: SettingsChanges): Promise<SettingsReading> {
    return this.#compare(await this.#file.change(changes), ++this.#requests)
  }

  describe(saved: SavedSettings): SettingsReading {
    return { ...describeSettings(this.#environment, saved), file: this.#file.path, setAside: this.#setAside }
  }

  #compare({ saved, setAside }: SettingsFileContent, request: number): SettingsReading {
    this.#setAside = setAside ?? this.#setAside
    const reading = this.describe(saved)
    // A slow read may finish after a later change. Its result is then not announced.
    if (request < this.#known.since) return reading
    const json = JSON.stringify(reading)
    if (this.#known.json !== null && json !== this.#known.json) this.#announce({ news: 'settings', reading })
    this.#known = { json, since: request }
    return reading
  }
}
