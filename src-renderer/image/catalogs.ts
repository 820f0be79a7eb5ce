import type { Bridge } from '../../src-shared/window-api.ts'
import { StreamCatalog } from './stream-catalog.svelte.ts'

/** The streams that were asked for, each read once for all who choose from it. */
export class Catalogs {
  readonly #call: Bridge['call']
  readonly #known = new Map<string, StreamCatalog>()

  constructor(call: Bridge['call']) {
    this.#call = call
  }

  of(stream: string): StreamCatalog {
    const known = this.#known.get(stream) ?? new StreamCatalog(this.#call, stream)
    this.#known.set(stream, known)
    return known
  }

  /** They are another server's now. */
  readAnew(): void {
    for (const catalog of this.#known.values()) catalog.readAnew()
  }
}
