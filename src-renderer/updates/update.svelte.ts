import type { Failure } from '../../src-shared/failure.ts'
import type { Update } from '../../src-shared/update.ts'
import type { Bridge } from '../../src-shared/window-api.ts'

/** State of Kindling's own update; null until the host has sent it. */
export class KnownUpdate {
  #current = $state.raw<Update | null>(null)
  /** The reason why the last request was refused. */
  refusal = $state.raw<Failure | null>(null)
  /** The state of the update that the user put away, with its version. */
  #putAway = $state<string | null>(null)
  readonly #call: Bridge['call']

  constructor(call: Bridge['call']) {
    this.#call = call
  }

  /** Asks the host for the state of the update. */
  async begin(): Promise<void> {
    const answer = await this.#call('update', {})
    if (answer.ok) this.#current = answer.value
  }

  /** Accepts the state that the host sends when it changes. */
  accept(update: Update): void {
    this.#current = update
  }

  get current(): Update | null {
    return this.#current
  }

  /** Whether there is an update to show. A failed search appears only in the settings. */
  get tells(): boolean {
    const now = this.#current
    if (now === null || stateOf(now) === this.#putAway) return false
    return (
      isOnItsWay(now) ||
      now.state === 'found' ||
      now.state === 'ready' ||
      (now.state === 'failed' && now.version !== null)
    )
  }

  /** Whether the notice can be put away until the update gets on. */
  get canWait(): boolean {
    return this.#current !== null && !isOnItsWay(this.#current)
  }

  /** Shows no notice until the update gets on. */
  putAway(): void {
    this.#putAway = this.#current && stateOf(this.#current)
  }

  async ask(what: 'lookForUpdate' | 'fetchUpdate' | 'installUpdate'): Promise<void> {
    this.refusal = null
    const answer = await this.#call(what, {})
    if (answer.ok) this.#current = answer.value
    else this.refusal = answer.failure
  }
}

const isOnItsWay = ({ state }: Update): boolean => state === 'fetching' || state === 'installing'
const stateOf = (update: Update): string => `${update.state} ${'version' in update ? update.version : ''}`
