import type { CloudImage } from '../../src-shared/artifact.ts'
import { factsIn, findDeletedAmis, listFacts, listRegions } from '../../src-shared/cloud-image.ts'
import type { ArtifactChoice } from '../image/artifact-choice.svelte.ts'

/** Maximum number of values shown at once. The published images have four. */
const mostFacts = 100

/**
 * The user's choice among the cloud images of a stream. It outlasts a change of the stream or the
 * architecture.
 */
export class CloudChoice {
  readonly #choice: ArtifactChoice
  #chosen = $state.raw<CloudImage | null>(null)
  #region = $state<string | null>(null)

  constructor(choice: ArtifactChoice) {
    this.#choice = choice
  }

  /** The images of the architecture whose metadata have values. */
  readonly all = $derived.by(() => {
    const { catalog, architecture } = this.#choice
    const images = catalog.catalog?.images ?? []
    return images
      .filter((image) => architecture === null || image.architecture === architecture)
      .filter(({ image }) => listFacts(image).length > 0)
  })
  readonly chosen = $derived.by(() => {
    const ofCloud = this.all.filter(({ platform }) => platform === this.#chosen?.platform)
    return ofCloud.find(({ architecture }) => architecture === this.#chosen?.architecture) ?? ofCloud[0] ?? null
  })
  readonly #facts = $derived(listFacts(this.chosen?.image))
  readonly regions = $derived(listRegions(this.#facts))
  readonly region = $derived(this.#region !== null && this.regions.includes(this.#region) ? this.#region : null)
  /** The values to show: those of the region, and those that hold in every region. */
  readonly facts = $derived(factsIn(this.#facts, this.region).slice(0, mostFacts))
  /** The releases whose AMIs are probably gone, if the chosen cloud has them. */
  readonly deleted = $derived.by(() => {
    const { catalog } = this.#choice.catalog
    return catalog && this.chosen ? findDeletedAmis([this.chosen], catalog) : []
  })

  choose(cloud: CloudImage): void {
    this.#chosen = cloud
  }

  chooseRegion(region: string): void {
    this.#region = region
  }
}
