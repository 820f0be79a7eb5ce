import type { Failure } from '../../src-shared/failure.ts'
import type { Update } from '../../src-shared/update.ts'
import type { Bridge } from '../../src-shared/window-api.ts'

/** State of Kindling's own update; null until the host has sent it. */
export class KnownUpdate {
  #current = $state.raw<Update | null>(null)
  /** The reason why the last request was refused. */
  refusal = $state.raw<Failure | null>(null)
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

  async ask(what: 'lookForUpdate' | 'fetchUpdate' | 'installUpdate'): Promise<void> {
    this.refusal = null
    const answer = await this.#call(what, {})
    if (answer.ok) this.#current = answer.value
    else this.refusal = answer.failure
  }
}
