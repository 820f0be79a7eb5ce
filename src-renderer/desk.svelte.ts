import type { Surroundings } from '../src-shared/api.ts'
import type { Drive } from '../src-shared/drive.ts'
import type { Failure } from '../src-shared/failure.ts'
import type { JobEvent, JobSpec } from '../src-shared/job.ts'
import type { LanguageChoice } from '../src-shared/language.ts'
import type { Bridge, WindowNews } from '../src-shared/window-api.ts'
import { DriveList } from './drive/drive-list.svelte.ts'
import { nameOf } from './drive/name-of.ts'
import { nameImage } from './image/name-image.ts'
import { ImageChoice } from './image/image-choice.svelte.ts'
import { Preview } from './image/preview.svelte.ts'
import { findHindrance } from './choose/hindrance.ts'
import { expectedPhases, expectedProofs } from './job/expected.ts'
import { RunningJob, type Undertaking } from './job/running-job.svelte.ts'
import { language } from './words/language.svelte.ts'

export type Mode = 'write' | 'verify'

/** What the person agreed to when they confirmed. */
export interface Consent {
  readBack: boolean
  unproved: boolean
  eject?: boolean
  /** The drive's name, typed; only asked for where the drive is precious. */
  confirmed?: string
}

/** All that lies before the person: an image, a drive, and the job that joins them. */
export class Desk {
  mode = $state<Mode>('write')
  /** Running or just over; null while choosing. */
  job = $state.raw<RunningJob | null>(null)
  /** Why the last call that was no job failed. */
  failure = $state.raw<Failure | null>(null)
  surroundings = $state.raw<Surroundings>() as Surroundings
  readonly image: ImageChoice
  readonly drives = new DriveList()
  readonly preview: Preview
  readonly call: Bridge['call']
  /** A job's first events may overtake the answer that names it. */
  readonly #early = new Map<string, JobEvent[]>()

  constructor(call: Bridge['call'], surroundings: Surroundings) {
    this.call = call
    this.surroundings = surroundings
    this.image = new ImageChoice(call, surroundings)
    this.preview = new Preview(call)
  }

  readonly hindrance = $derived.by(() =>
    findHindrance({
      mode: this.mode,
      source: this.image.source,
      format: this.image.kind === 'stream' ? this.image.format : null,
      looking: this.preview.looking,
      preview: this.preview.value,
      drive: this.drives.chosen,
    }),
  )
  readonly locked = $derived(this.job !== null && !this.job.over)

  hear(news: WindowNews): void {
    if (news.news === 'drives') this.drives.accept(news.drives)
    else if (news.news !== 'job') return
    else if (news.id === this.job?.id) this.job.accept(news.event)
    else this.#early.set(news.id, [...(this.#early.get(news.id) ?? []), news.event])
  }

  turnTo(mode: Mode): void {
    if (this.locked) return
    this.mode = mode
    this.job = null
    // What may be verified may not always be written.
    if (mode === 'write' && this.drives.chosen?.refusals.length) this.drives.choose(null)
  }

  /** Turns every word of the window and of the system's dialogs to a language. */
  async speak(choice: LanguageChoice): Promise<void> {
    const answer = await this.call('speak', { choice })
    if (answer.ok) language.current = answer.value
  }

  async addDiskImage(path: string): Promise<Drive | null> {
    const answer = await this.call('inspectDrive', { path })
    this.failure = answer.ok ? null : answer.failure
    if (answer.ok) this.drives.addFile(answer.value)
    return answer.ok ? answer.value : null
  }

  /** Starts what is chosen. */
  async start({ readBack, unproved, eject = false, confirmed }: Consent): Promise<void> {
    const { source } = this.image
    const drive = this.drives.chosen
    if (source === null || drive === null) return
    const spec = {
      job: this.mode,
      source: unproved ? { ...source, insecure: true } : source,
      drive: drive.identity.device,
      identity: drive.identity,
      // Said in any case: what the settings say is for those who say nothing.
      ...(this.mode === 'write' ? { verify: readBack, eject } : {}),
      ...(this.mode === 'write' && confirmed !== undefined ? { confirmed } : {}),
    } as Undertaking['spec']
    const preview = this.preview.value
    await this.#run({
      spec,
      imageName: this.imageName,
      driveName: nameOf(drive),
      phases: expectedPhases(spec, preview),
      proofs: expectedProofs(spec, preview, this.image.artifact),
      fetches: source.image.kind !== 'file' && preview?.cached !== true,
    })
  }

  /** The drive of the job as it is plugged in now, whatever its letter; null when it is not. */
  readonly sameDrive = $derived.by(() => {
    const identity = this.job?.undertaking.spec.identity
    return (identity && this.drives.find(identity)) ?? null
  })

  /** Does the same once more, to the same drive and no other. */
  async startAgain(): Promise<void> {
    const drive = this.sameDrive
    if (this.job === null || drive === null) return
    const { undertaking } = this.job
    await this.#run({
      ...undertaking,
      spec: { ...undertaking.spec, drive: drive.identity.device, identity: drive.identity },
    })
  }

  async stop(): Promise<void> {
    const { job } = this
    if (job === null || job.id === null || job.over) return
    job.stopping = true
    await this.call('cancel', { id: job.id })
  }

  /** Back to the choice. Nothing stays chosen on the drive's side after a write: the next one is another drive. */
  putAway(): void {
    if (this.locked) return
    if (this.job?.view.receipt?.job === 'write') this.drives.choose(null)
    this.job = null
  }

  get imageName(): string {
    const { kind, artifact, path, url } = this.image
    if (kind === 'stream' && artifact) return nameImage(artifact)
    return (kind === 'file' ? path : url).split(/[/\\]/).pop() ?? ''
  }

  async #run(undertaking: Undertaking): Promise<void> {
    const job = new RunningJob(undertaking)
    this.job = job
    const answer = await this.call('start', { spec: undertaking.spec as JobSpec })
    if (!answer.ok) return job.accept({ event: 'failed', ...answer.failure })
    job.id = answer.value.id
    for (const event of this.#early.get(job.id) ?? []) job.accept(event)
    this.#early.clear()
  }
}

/** Opens the desk as the program that serves it stands. @throws Error when the host does not answer */
export async function openDesk(call: Bridge['call'], onNews: Bridge['onNews']): Promise<Desk> {
  const surroundings = await call('surroundings', {})
  if (!surroundings.ok) throw new Error(surroundings.failure.title)
  const desk = new Desk(call, surroundings.value)
  let told = false
  onNews((news) => {
    told ||= news.news === 'drives'
    desk.hear(news)
  })
  desk.image.readStream(desk.image.stream)
  // Whatever is told is newer than what was asked for at the start, which may be answered later.
  void call('drives', {}).then((drives) => drives.ok && !told && desk.drives.accept(drives.value))
  void call('diskImageFiles', {}).then(async (files) => {
    if (files.ok) for (const file of files.value) await desk.addDiskImage(file)
  })
  return desk
}
