import type { Catalog } from '../../src-shared/artifact.ts'
import type { Failure } from '../../src-shared/failure.ts'
import type { Bridge } from '../../src-shared/window-api.ts'

/** One stream as it was last seen, then as it is. */
export class StreamCatalog {
  catalog = $state.raw<Catalog | null>(null)
  failure = $state.raw<Failure | null>(null)
  reading = $state(false)
  readonly #call: Bridge['call']
  #reads = 0

  constructor(call: Bridge['call']) {
    this.#call = call
  }

  /** What was read is of another place now. */
  forget(): void {
    this.catalog = null
  }

  /** Shows what was last seen at once, and the server's answer when it comes. */
  async read(stream: string): Promise<void> {
    const read = ++this.#reads
    const isLatest = () => read === this.#reads
    this.reading = true
    this.failure = null
    if (this.catalog?.stream !== stream) this.catalog = null
    const fresh = this.#call('catalog', { stream })
    if (this.catalog === null) {
      const last = await this.#call('catalog', { stream, offline: true })
      if (isLatest() && last.ok) this.catalog = last.value
    }
    const answer = await fresh
    if (!isLatest()) return
    this.reading = false
    if (answer.ok) this.catalog = answer.value
    else this.failure = answer.failure
  }
}
