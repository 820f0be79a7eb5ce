import type { SourceSpec } from '../../src-shared/job.ts'
import { usualStream } from '../../src-shared/usual-stream.ts'
import type { Catalogs } from './catalogs.ts'
import { architecturesOf, artifactSets } from './formats.ts'
import type { StreamCatalog } from './stream-catalog.svelte.ts'

/** Which files of a stream the person wants, of all that it publishes. */
export class ArtifactChoice {
  filter = $state('')
  catalog: StreamCatalog = $state.raw()!
  /** One, or `null` for every. */
  architecture = $state<string | null>(null)
  #chosen = $state<string | null>(null)
  readonly #catalogs: Catalogs
  readonly #machine: string

  /** @param architecture of this machine */
  constructor(catalogs: Catalogs, architecture: string) {
    this.#catalogs = catalogs
    this.catalog = catalogs.of(usualStream)
    this.#machine = architecture
    this.architecture = architecture
  }

  readonly all = $derived.by(() => (this.catalog.catalog ? artifactSets(this.catalog.catalog) : []))
  readonly architectures = $derived.by(() =>
    this.catalog.catalog ? architecturesOf(this.catalog.catalog, this.#machine) : [],
  )
  readonly #words = $derived(this.filter.toLowerCase().split(/\s+/).filter(Boolean))
  /** Those that have every word of the filter in what they are called. */
  readonly shown = $derived.by(() =>
    this.all.filter(
      ({ architecture, key, files }) =>
        (this.architecture === null || architecture === this.architecture) &&
        this.#words.every((word) => `${key} ${files.map(({ name }) => name).join(' ')}`.toLowerCase().includes(word)),
    ),
  )
  /** Stays what it is while the list is filtered. */
  readonly chosen = $derived(this.all.find(({ key }) => key === this.#chosen) ?? null)
  readonly source: SourceSpec | null = $derived.by(() => {
    if (this.chosen === null) return null
    const { architecture, platform, format } = this.chosen
    return { image: { kind: 'stream', stream: this.catalog.stream, architecture, platform, format } }
  })

  readStream(stream: string): void {
    this.catalog = this.#catalogs.of(stream)
    void this.catalog.read()
  }

  choose(key: string): void {
    this.#chosen = key
  }
}
