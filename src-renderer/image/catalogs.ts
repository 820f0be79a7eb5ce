import type { Bridge } from '../../src-shared/window-api.ts'
import { ReleaseList } from './release-list.svelte.ts'
import { StreamCatalog } from './stream-catalog.svelte.ts'

/** Cache of stream catalogs. Each stream and each release is read once and shared by all pages. */
export class Catalogs {
  readonly #call: Bridge['call']
  readonly #known = new Map<string, StreamCatalog>()
  readonly #lists = new Map<string, ReleaseList>()

  constructor(call: Bridge['call']) {
    this.#call = call
  }

  /**
   * @param release – null for the stream as it is now
   */
  of(stream: string, release: string | null = null): StreamCatalog {
    const key = JSON.stringify([stream, release])
    const known = this.#known.get(key) ?? new StreamCatalog(this.#call, stream, release)
    this.#known.set(key, known)
    return known
  }

  releasesOf(stream: string): ReleaseList {
    const known = this.#lists.get(stream) ?? new ReleaseList(this.#call, stream)
    this.#lists.set(stream, known)
    return known
  }

  /** Reads all catalogs again, because the mirror has changed. */
  readAnew(): void {
    for (const catalog of this.#known.values()) catalog.readAnew()
    for (const list of this.#lists.values()) list.index = null
  }
}
