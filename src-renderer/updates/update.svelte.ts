import type { Failure } from '../../src-shared/failure.ts'
import type { Update } from '../../src-shared/update.ts'
import type { Bridge } from '../../src-shared/window-api.ts'

/** State of Kindling's own update; null until the host has sent it. */
class KnownUpdate {
  #current = $state.raw<Update | null>(null)
  /** The reason why the last request was refused. */
  refusal = $state.raw<Failure | null>(null)
  #call: Bridge['call'] | null = null

  async open({ call, onNews }: Pick<Bridge, 'call' | 'onNews'>): Promise<void> {
    this.#call = call
    onNews((news) => news.news === 'update' && (this.#current = news.update))
    const answer = await call('update', {})
    if (answer.ok) this.#current = answer.value
  }

  get current(): Update | null {
    return this.#current
  }

  async ask(what: 'lookForUpdate' | 'fetchUpdate' | 'installUpdate'): Promise<void> {
    this.refusal = null
    const answer = await this.#call!(what, {})
    if (answer.ok) this.#current = answer.value
    else this.refusal = answer.failure
  }
}

export const update = new KnownUpdate()
