import type { JobSpec } from '../../src-shared/job.ts'
import type { Bridge } from '../../src-shared/window-api.ts'
import { CloudChoice } from './cloud-choice.svelte.ts'
import { FileSizes } from './file-sizes.svelte.ts'
import { ArtifactChoice } from '../image/artifact-choice.svelte.ts'
import type { Catalogs } from '../image/catalogs.ts'
import { nameImage } from '../image/name-image.ts'
import { Preview } from '../image/preview.svelte.ts'
import { expectedPhases, expectedProofs } from '../job/expected.ts'
import type { Jobs } from '../job/jobs.svelte.ts'
import { TabState } from './tab-state.svelte.ts'

/** State of the download tab, which saves proved files of a stream to a folder. */
export class DownloadTab extends TabState {
  readonly kind = 'download'
  readonly drives = null
  readonly choice: ArtifactChoice
  readonly clouds: CloudChoice
  readonly preview: Preview
  readonly sizes: FileSizes
  directory = $state('')
  #decompress = $state(false)

  /** Whether any chosen file is compressed, judging by the names. */
  readonly compressed = $derived.by(
    () => this.choice.chosen?.files.some(({ location }) => /\.(xz|gz|zst)$/i.test(location)) ?? false,
  )

  constructor(world: { call: Bridge['call']; jobs: Jobs; catalogs: Catalogs; machine: () => string }) {
    super(world.jobs)
    this.choice = new ArtifactChoice(world.catalogs, world.machine)
    this.clouds = new CloudChoice(this.choice)
    this.preview = new Preview(world.call)
    this.sizes = new FileSizes(world.call)
  }

  get decompress(): boolean {
    return this.#decompress && this.compressed
  }

  set decompress(decompress: boolean) {
    this.#decompress = decompress
  }

  /** The first missing choice; null if the download can start. */
  readonly blocker = $derived.by(() => {
    if (this.choice.source === null) return 'artifact'
    return this.directory === '' ? 'directory' : null
  })

  start(): void {
    const { chosen, source } = this.choice
    if (chosen === null || source === null || this.directory === '') return
    const spec: JobSpec = {
      job: 'download',
      source,
      directory: this.directory,
      ...(this.decompress ? { decompress: true } : {}),
    }
    const preview = this.preview.value
    this.begin([
      {
        spec,
        imageName: nameImage(chosen.files[0]!),
        driveName: '',
        phases: expectedPhases(spec, preview),
        proofs: expectedProofs(spec, preview, chosen.files[0]!),
        fetches: preview?.cached !== true,
      },
    ])
  }

  override putAway(): void {
    if (this.running) return
    if (this.releaseGone) this.choice.catalog.readAnew()
    super.putAway()
    this.preview.forget()
  }
}
