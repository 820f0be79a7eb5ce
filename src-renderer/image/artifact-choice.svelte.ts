import type { SourceSpec } from '../../src-shared/job.ts'
import { usualStream } from '../../src-shared/usual-stream.ts'
import type { Catalogs } from './catalogs.ts'
import { architecturesOf, artifactSets } from './formats.ts'
import type { ReleaseList } from './release-list.svelte.ts'
import type { StreamCatalog } from './stream-catalog.svelte.ts'

/** The user's choice among all files that a stream publishes. */
export class ArtifactChoice {
  filter = $state('')
  catalog: StreamCatalog = $state.raw()!
  #architecture = $state<string | null>()
  #chosen = $state<string | null>(null)
  readonly #catalogs: Catalogs
  readonly #machine: () => string

  /**
   * @param machine – returns this machine's architecture, or an empty string while it is unknown
   */
  constructor(catalogs: Catalogs, machine: () => string) {
    this.#catalogs = catalogs
    this.catalog = catalogs.of(usualStream)
    this.#machine = machine
  }

  /** The architecture filter; null shows all. Defaults to this machine's architecture. */
  get architecture(): string | null {
    return this.#architecture === undefined ? this.#machine() : this.#architecture
  }

  set architecture(architecture: string | null) {
    this.#architecture = architecture
  }

  readonly all = $derived.by(() => (this.catalog.catalog ? artifactSets(this.catalog.catalog) : []))
  readonly architectures = $derived.by(() =>
    this.catalog.catalog ? architecturesOf(this.catalog.catalog, this.#machine()) : [],
  )
  readonly #words = $derived(this.filter.toLowerCase().split(/\s+/).filter(Boolean))
  /** The entries whose key or file names contain every word of the filter. */
  readonly shown = $derived.by(() =>
    this.all.filter(
      ({ architecture, key, files }) =>
        (this.architecture === null || architecture === this.architecture) &&
        this.#words.every((word) => `${key} ${files.map(({ name }) => name).join(' ')}`.toLowerCase().includes(word)),
    ),
  )
  /** The chosen entry. Filtering the list does not change it. */
  readonly chosen = $derived(this.all.find(({ key }) => key === this.#chosen) ?? null)
  readonly source: SourceSpec | null = $derived.by(() => {
    if (this.chosen === null) return null
    const { architecture, platform, format, files } = this.chosen
    const { release } = files[0]!
    return { image: { kind: 'stream', stream: this.catalog.stream, architecture, platform, format, release } }
  })

  /** The chosen release; null for the stream as it is now. */
  get release(): string | null {
    return this.catalog.release
  }

  get releases(): ReleaseList {
    return this.#catalogs.releasesOf(this.catalog.stream)
  }

  readStream(stream: string, release: string | null = null): void {
    this.catalog = this.#catalogs.of(stream, release)
    void this.catalog.read()
  }

  /**
   * @param release – null for the stream as it is now
   */
  readRelease(release: string | null): void {
    this.readStream(this.catalog.stream, release)
  }

  choose(key: string): void {
    this.#chosen = key
  }
}
