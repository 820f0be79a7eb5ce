import type { BootPlace } from '../../src-shared/boot-place.ts'
import type { Drive } from '../../src-shared/drive.ts'
import { isoFormat, isoOf } from '../../src-shared/iso-of.ts'
import type { JobSpec, PageJobSpec, SourceSpec } from '../../src-shared/job.ts'
import { keyOf } from '../../src-shared/same-drive.ts'
import type { Bridge } from '../../src-shared/window-api.ts'
import { AfterWriting } from './after-writing.svelte.ts'
import { findBlocker } from './blocker.ts'
import { DriveChoice } from '../drive/drive-choice.svelte.ts'
import type { DriveList } from '../drive/drive-list.svelte.ts'
import { nameOf } from '../drive/name-of.ts'
import { FirstBootChoice } from '../first-boot/first-boot-choice.svelte.ts'
import type { Catalogs } from '../image/catalogs.ts'
import { ImageChoice, type TargetDrives } from '../image/image-choice.svelte.ts'
import { nameChosen } from '../image/name-chosen.ts'
import { Preview } from '../image/preview.svelte.ts'
import { expectedPhases, expectedProofs } from '../job/expected.ts'
import type { Jobs } from '../job/jobs.svelte.ts'
import type { KnownSettings } from '../settings/settings.svelte.ts'
import { TabState } from './tab-state.svelte.ts'
import type { Phrase } from '../../src-shared/phrases.ts'

/** The choices that the user made in the confirmation. */
export interface Consent {
  unproved: boolean
  /** Whether to write an image that does not look like a disk image. */
  unrecognized?: boolean
  /** Whether to set up a first boot after which nobody can log in. */
  noLogin?: boolean
  /** Doubts about the stream that the user saw. */
  doubts?: Phrase[]
  /** Keys of the precious drives whose names the user typed. */
  confirmed?: string[]
}

/** State of the write or verify tab, which combines an image with drives. */
export class ImageTab extends TabState {
  readonly kind: 'write' | 'verify'
  readonly image: ImageChoice
  readonly preview: Preview
  /** Preview of the live ISO, requested while a drive is too small for the chosen image. */
  readonly iso: Preview
  readonly drives: DriveChoice
  readonly firstBoot: FirstBootChoice
  readonly after: AfterWriting

  constructor(
    kind: 'write' | 'verify',
    world: {
      call: Bridge['call']
      list: DriveList
      jobs: Jobs
      catalogs: Catalogs
      settings: KnownSettings
      machine: () => string
    },
  ) {
    super(world.jobs)
    this.kind = kind
    this.image = new ImageChoice(world.catalogs, world.machine, () => this.#targets())
    this.preview = new Preview(world.call)
    this.iso = new Preview(world.call)
    this.drives = new DriveChoice(world.list, world.jobs, kind)
    this.firstBoot = new FirstBootChoice(
      world.call,
      () => ({ place: this.#bootPlace, live: this.live, looking: this.preview.looking }),
      () => this.drives.chosen,
      () => this.drives.several,
    )
    this.after = new AfterWriting(world.settings)
  }

  readonly setsUp = $derived.by(() => this.kind === 'write' && this.image.source !== null)
  readonly #bootPlace = $derived.by((): BootPlace => {
    const { kind, format } = this.image
    if (kind === 'stream') return { kind: format === isoFormat ? 'live' : 'metal' }
    return this.preview.value?.bootPlace ?? { kind: 'unknown' }
  })
  /** Whether the image is a live system, judged by its name if its bytes do not tell. */
  readonly live: boolean = $derived.by(() => {
    const { kind } = this.#bootPlace
    return kind === 'unknown' ? /\.iso(\.\w+)?$/i.test(nameChosen(this.image)) : kind === 'live'
  })
  /** Whether the drives are read back in any case: only then is a first boot set up. */
  readonly readsBackAlways = $derived.by(() => this.setsUp && this.firstBoot.spec !== null)
  readonly release = $derived.by(() =>
    this.image.kind === 'stream' ? (this.image.artifact?.release ?? null) : (this.preview.value?.release ?? null),
  )

  readonly blocker = $derived.by(() =>
    findBlocker({
      mode: this.kind,
      source: this.image.source,
      format: this.image.kind === 'stream' ? this.image.format : null,
      looking: this.preview.looking,
      preview: this.preview.value,
      drives: this.drives.chosen,
      firstBoot: this.setsUp ? this.firstBoot.state : 'ready',
    }),
  )

  /** The live ISO of the chosen release; null if it has none, or if it is not wanted. */
  readonly isoSource = $derived.by(() => {
    const { source, formats } = this.image
    const wanted = this.blocker?.kind === 'too-small' && formats.includes(isoFormat)
    return wanted && source !== null ? isoOf(source) : null
  })

  #targets(): TargetDrives {
    const { chosen } = this.drives
    const sizes = new Set(
      chosen.filter(({ identity }) => identity.kind === 'block').map(({ sectorSize }) => sectorSize),
    )
    return {
      sectorSize: sizes.size === 1 ? [...sizes][0]! : null,
      anyFile: chosen.some(({ identity }) => identity.kind === 'file'),
    }
  }

  /** Starts a job for each chosen drive. */
  start(consent: Consent): void {
    const { source } = this.image
    if (source === null) return
    if (this.setsUp && this.firstBoot.kind === 'answers') this.firstBoot.answers.keep()
    const preview = this.preview.value
    this.begin(
      this.drives.chosen.map((drive) => {
        const spec = this.#specFor(drive, source, consent)
        return {
          spec,
          imageName: nameChosen(this.image),
          driveName: nameOf(drive),
          phases: expectedPhases(spec, preview),
          proofs: expectedProofs(spec, preview, this.image.artifact),
          fetches: source.image.kind !== 'file' && preview?.cached !== true,
          boot: this.setsUp ? this.firstBoot.outlookOf(drive) : null,
        }
      }),
    )
  }

  /** Repeats the preview. If the chosen release no longer exists, reads the stream again. */
  lookAgain(): void {
    if (this.preview.failure?.code === 'release-gone') this.image.catalog.readAnew()
    else this.preview.look(this.image.source)
  }

  /**
   * Closes finished jobs. The image stays chosen. After a write no drive stays chosen, because the
   * next write is usually to another drive.
   */
  override putAway(): void {
    if (this.running) return
    const written = this.jobs.filter(({ view }) => view.receipt?.job === 'write')
    if (written.length > 0) this.drives.choose(null)
    if (this.releaseGone) this.image.catalog.readAnew()
    super.putAway()
    this.preview.forget()
    this.after.forget()
    this.firstBoot.answers.names.forget(written.flatMap(({ request: { spec } }) => hostnameIn(spec)))
  }

  #specFor(drive: Drive, source: SourceSpec, consent: Consent): JobSpec {
    const hostname = this.setsUp ? this.firstBoot.hostnameOf(drive) : null
    const { unproved, unrecognized, noLogin, doubts = [], confirmed } = consent
    const common = {
      source: unproved ? { ...source, insecure: true } : source,
      drive: drive.identity.device,
      identity: drive.identity,
    }
    if (this.kind === 'verify') return { job: 'verify', ...common }
    return {
      job: 'write',
      ...common,
      // Always explicit: without it, the job would use the default from the settings.
      verify: this.after.readBack || this.readsBackAlways,
      ...(doubts.length > 0 && { acceptedDoubts: doubts }),
      ...(unrecognized && { acceptUnrecognized: true }),
      eject: this.after.eject && drive.identity.kind === 'block',
      ...(this.setsUp &&
        this.firstBoot.spec !== null && {
          firstBoot: { ...this.firstBoot.spec, ...(noLogin && { acceptNoLogin: true }) },
        }),
      ...(hostname !== null && { hostname }),
      // The user typed the name that the window shows. The core knows a file by its full path.
      ...(confirmed?.includes(keyOf(drive.identity)) ? { confirmed: drive.name } : {}),
    }
  }
}

const hostnameIn = (spec: PageJobSpec): string[] => (spec.job === 'write' && spec.hostname ? [spec.hostname] : [])
