import type { Catalog } from '../../src-shared/artifact.ts'
import type { Failure } from '../../src-shared/failure.ts'
import type { Bridge } from '../../src-shared/window-api.ts'

/**
 * The catalog of one stream, or of one release of it: first the cached copy, then the server's
 * current one.
 */
export class StreamCatalog {
  readonly stream: string
  readonly release: string | null
  catalog = $state.raw<Catalog | null>(null)
  failure = $state.raw<Failure | null>(null)
  reading = $state(false)
  readonly #call: Bridge['call']
  #reads = 0

  constructor(call: Bridge['call'], stream: string, release: string | null) {
    this.#call = call
    this.stream = stream
    this.release = release
  }

  /**
   * @param catalog – the catalog that the host already had, current or cached
   */
  begin(catalog: Catalog | null): void {
    this.catalog = catalog
    if (catalog === null || catalog.offline !== null) void this.read()
  }

  /** Reads the catalog again from another server. Drops the old one and any request in progress. */
  readAnew(): void {
    this.catalog = null
    this.reading = false
    void this.read()
  }

  /** Shows the cached catalog at once and replaces it when the server answers. */
  async read(): Promise<void> {
    if (this.reading) return
    const read = ++this.#reads
    const isLatest = () => read === this.#reads
    const wanted = { stream: this.stream, ...(this.release !== null && { release: this.release }) }
    this.reading = true
    this.failure = null
    const fresh = this.#call('catalog', wanted)
    if (this.catalog === null) {
      const last = await this.#call('catalog', { ...wanted, offline: true })
      if (isLatest() && last.ok) this.catalog = last.value
    }
    const answer = await fresh
    if (!isLatest()) return
    this.reading = false
    if (answer.ok) this.catalog = answer.value
    else this.failure = answer.failure
  }
}
