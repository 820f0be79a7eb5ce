import type { Releases } from '../../src-shared/artifact.ts'
import type { Failure } from '../../src-shared/failure.ts'
import type { Bridge } from '../../src-shared/window-api.ts'

/** Every release of one stream. The list is read when it is first needed. */
export class ReleaseList {
  index = $state.raw<Releases | null>(null)
  failure = $state.raw<Failure | null>(null)
  readonly #call: Bridge['call']
  readonly #stream: string
  #reading = false

  constructor(call: Bridge['call'], stream: string) {
    this.#call = call
    this.#stream = stream
  }

  /** Reads the list, unless it was read. */
  async read(): Promise<void> {
    if (this.#reading || this.index !== null) return
    this.#reading = true
    this.failure = null
    const answer = await this.#call('releases', { stream: this.#stream })
    this.#reading = false
    if (answer.ok) this.index = answer.value
    else this.failure = answer.failure
  }
}
