import type { Api } from '../../../src-shared/api.ts'
import { KindlingError } from '../../../src-shared/failure.ts'
import { plain } from '../../../src-shared/plain.ts'
import { defaultBaseUrl } from '../../catalog/known-streams.ts'
import { parseUrl, showUrl } from '../../net/http.ts'
import type { Ask } from './ask.ts'
import type { PageGrants, PathPurpose } from './page-grants.ts'
import { showPath } from './show-place.ts'
import type { QuestionName } from './window-words.ts'

/**
 * The user's consent to the places that a page names. The user is asked once; the answer yes is
 * remembered in the grants.
 */
export class UserConsent {
  readonly #surroundings: Api['surroundings']
  readonly #grants: PageGrants
  readonly #ask: Ask
  readonly #asking = new Map<string, Promise<void>>()

  constructor(surroundings: Api['surroundings'], grants: PageGrants, ask: Ask) {
    this.#surroundings = surroundings
    this.#grants = grants
    this.#ask = ask
  }

  /** @throws declined */
  async agree(question: QuestionName, ...facts: string[]): Promise<void> {
    if (!(await this.#ask(question, facts))) throw new KindlingError('declined')
  }

  /** @throws usage if the user has not chosen the path for this purpose */
  requirePath(purpose: PathPurpose, path: string): void {
    if (!this.#grants.hasPath(purpose, path))
      throw new KindlingError('usage', { reason: `No person chose ${plain(path)}` })
  }

  /** @throws declined */
  async askForFile(purpose: PathPurpose, path: string): Promise<void> {
    if (this.#grants.hasPath(purpose, path)) return
    await this.#askOnce(`${purpose} ${path}`, async () => {
      await this.agree('file', showPath(path))
      this.#grants.addPath(purpose, path)
    })
  }

  /**
   * Asks the user about a server. The server of the streams needs no question: Kindling always
   * reads from it.
   * @throws declined
   */
  async askForServer(address: string): Promise<void> {
    const url = parseUrl(address)
    if (this.#grants.hasServer(url.href)) return
    const surroundings = await this.#surroundings({})
    const streams = (surroundings.ok ? surroundings.value.streamBaseUrl : null) ?? defaultBaseUrl
    if (URL.canParse(streams) && new URL(streams).origin === url.origin) return
    await this.#askOnce(url.origin, async () => {
      await this.agree('server', showUrl(url))
      this.#grants.addServer(url.href)
    })
  }

  /**
   * Asks the user about a disk that a machine erases by itself when it starts from the drive.
   * @throws declined
   */
  async askForDisk(device: string, wipes: boolean): Promise<void> {
    if (this.#grants.hasDisk(device, wipes)) return
    await this.agree(wipes ? 'installWipe' : 'install', plain(device))
    this.#grants.addDisk(device, wipes)
  }

  /** Shares one question between tabs that read the same image at the same time. */
  #askOnce(key: string, act: () => Promise<void>): Promise<void> {
    const asked = this.#asking.get(key) ?? act().finally(() => this.#asking.delete(key))
    this.#asking.set(key, asked)
    return asked
  }
}
