import type { Surroundings } from '../../src-shared/api.ts'
import type { LanguageChoice } from '../../src-shared/language.ts'
import { usualStream } from '../../src-shared/usual-stream.ts'
import type { Bridge, Opening, WindowNews } from '../../src-shared/window-api.ts'
import { DownloadBench } from '../tabs/download-bench.svelte.ts'
import { IdentifyBench } from '../tabs/identify-bench.svelte.ts'
import { ImageBench } from '../tabs/image-bench.svelte.ts'
import { DriveList } from '../drive/drive-list.svelte.ts'
import { Catalogs } from '../image/catalogs.ts'
import { Jobs } from '../job/jobs.svelte.ts'
import type { RunningJob } from '../job/running-job.svelte.ts'
import { language } from '../words/language.svelte.ts'

export const tabs = ['write', 'verify', 'identify', 'download'] as const
export type Tab = (typeof tabs)[number]

/** Until the page is told. */
const unknown: Surroundings = {
  version: '',
  architecture: '',
  streams: [usualStream],
  streamBaseUrl: null,
  keyring: null,
}

/** All that lies before the person: a bench for each kind of job, and the drives and streams that they share. */
export class Desk {
  tab = $state<Tab>('write')
  surroundings = $state.raw<Surroundings>(unknown)
  readonly call: Bridge['call']
  readonly drives: DriveList
  readonly jobs: Jobs
  readonly write: ImageBench
  readonly verify: ImageBench
  readonly identify: IdentifyBench
  readonly download: DownloadBench
  readonly #catalogs: Catalogs

  constructor(call: Bridge['call']) {
    this.call = call
    this.drives = new DriveList(call)
    this.jobs = new Jobs(call)
    this.#catalogs = new Catalogs(call)
    const world = {
      call,
      list: this.drives,
      jobs: this.jobs,
      catalogs: this.#catalogs,
      machine: () => this.surroundings.architecture,
    }
    this.write = new ImageBench('write', world)
    this.verify = new ImageBench('verify', world)
    this.identify = new IdentifyBench(world)
    this.download = new DownloadBench(world)
  }

  /** Takes what the program that serves it gives the page to begin with. */
  begin({ surroundings, language: spoken, catalog, downloadsFolder, driveFiles }: Opening): void {
    language.current = spoken
    this.surroundings = surroundings
    // Somebody may have been quicker.
    if (this.download.directory === '') this.download.directory = downloadsFolder
    this.#catalogs.of(usualStream).begin(catalog)
    void this.#addFiles(driveFiles)
  }

  hear(news: WindowNews): void {
    if (news.news === 'drives') this.drives.accept(news.drives)
    else if (news.news === 'job') {
      this.jobs.hear(news.id, news.event)
      // Perhaps since its drive is gone: then it is not to be tried again.
      if (news.event.event === 'failed') void this.drives.lookAgain()
    }
  }

  /** Turns every word of the window and of the system's dialogs to a language. */
  async speak(choice: LanguageChoice): Promise<void> {
    const answer = await this.call('speak', { choice })
    if (answer.ok) language.current = answer.value
  }

  /** What was read with another mirror or other keys is read anew. */
  readAnew(what: { streams: boolean }): void {
    if (what.streams) this.#catalogs.readAnew()
    for (const { preview } of [this.write, this.verify, this.download]) preview.lookAgain()
  }

  /** From a written drive to the comparison of that drive with the same image. */
  verifyWritten({ undertaking: { spec } }: RunningJob): void {
    this.tab = 'verify'
    if (this.verify.running || spec.job !== 'write') return
    this.verify.putAway()
    this.verify.image.adopt(this.write.image)
    this.verify.drives.choose((spec.identity && this.drives.find(spec.identity)) ?? null)
  }

  async #addFiles(files: string[]): Promise<void> {
    for (const file of files) await this.drives.addFile(file)
  }
}

/** A desk that hears of what happens. */
export function openDesk({ call, onNews }: Pick<Bridge, 'call' | 'onNews'>): Desk {
  const desk = new Desk(call)
  onNews((news) => desk.hear(news))
  return desk
}
