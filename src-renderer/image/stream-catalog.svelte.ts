import type { Catalog } from '../../src-shared/artifact.ts'
import type { Failure } from '../../src-shared/failure.ts'
import type { Bridge } from '../../src-shared/window-api.ts'

/** One stream as it was last seen, then as it is. */
export class StreamCatalog {
  readonly stream: string
  catalog = $state.raw<Catalog | null>(null)
  failure = $state.raw<Failure | null>(null)
  reading = $state(false)
  readonly #call: Bridge['call']
  #reads = 0

  constructor(call: Bridge['call'], stream: string) {
    this.#call = call
    this.stream = stream
  }

  /** @param catalog what the host knew already: as it is, or as it was last seen */
  begin(catalog: Catalog | null): void {
    this.catalog = catalog
    if (catalog === null || catalog.offline !== null) void this.read()
  }

  /** What was read, or is being read, is of another place than now. */
  readAnew(): void {
    this.catalog = null
    this.reading = false
    void this.read()
  }

  /** Shows what was last seen at once, and the server's answer when it comes. */
  async read(): Promise<void> {
    if (this.reading) return
    const read = ++this.#reads
    const isLatest = () => read === this.#reads
    const { stream } = this
    this.reading = true
    this.failure = null
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
