import type { Bridge } from '../../src-shared/window-api.ts'
import { StreamCatalog } from './stream-catalog.svelte.ts'

/** Cache of stream catalogs. Each stream is read once and shared by all pages. */
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

  /** Reads all catalogs again, because the mirror has changed. */
  readAnew(): void {
    for (const catalog of this.#known.values()) catalog.readAnew()
  }
}
