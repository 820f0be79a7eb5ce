import type { Surroundings } from '../../src-shared/api.ts'
import type { Drive } from '../../src-shared/drive.ts'
import type { PageJobSpec } from '../../src-shared/job.ts'
import type { LanguageChoice } from '../../src-shared/language.ts'
import { usualStream } from '../../src-shared/usual-stream.ts'
import type { Bridge, LostSandbox, Opening, WindowNews } from '../../src-shared/window-api.ts'
import { DownloadTab } from './download-tab.svelte.ts'
import { IdentifyTab } from './identify-tab.svelte.ts'
import { ImageTab } from './image-tab.svelte.ts'
import { RestoreTab } from './restore-tab.svelte.ts'
import { SaveTab } from './save-tab.svelte.ts'
import { DriveList } from '../drive/drive-list.svelte.ts'
import { Catalogs } from '../image/catalogs.ts'
import { Jobs } from '../job/jobs.svelte.ts'
import { driveOf, type RunningJob } from '../job/running-job.svelte.ts'
import { KnownSettings, type SettingsGroup } from '../settings/settings.svelte.ts'
import { KnownUpdate } from '../updates/update.svelte.ts'
import { language } from '../words/language.svelte.ts'

export const tabs = ['write', 'verify', 'identify', 'download', 'restore', 'save'] as const
export type TabName = (typeof tabs)[number]

/** Initial values, used until the host sends the real ones. */
const unknown: Surroundings = {
  version: '',
  architecture: '',
  streams: [usualStream],
  streamBaseUrl: null,
  keyring: null,
}

/**
 * State of the whole window: one tab for each kind of job, and the drives and streams they share.
 */
export class AppState {
  selected = $state<TabName>('write')
  settingsOpen = $state(false)
  settingsGroup = $state<SettingsGroup>('window')
  surroundings = $state.raw<Surroundings>(unknown)
  /** Null once the user has dismissed the notice, too. */
  lostSandbox = $state.raw<LostSandbox | null>(null)
  readonly call: Bridge['call']
  readonly settings: KnownSettings
  readonly update: KnownUpdate
  readonly drives: DriveList
  readonly jobs: Jobs
  readonly write: ImageTab
  readonly verify: ImageTab
  readonly identify: IdentifyTab
  readonly download: DownloadTab
  readonly restore: RestoreTab
  readonly save: SaveTab
  readonly #catalogs: Catalogs

  constructor(call: Bridge['call']) {
    this.call = call
    this.settings = new KnownSettings(call)
    this.update = new KnownUpdate(call)
    this.drives = new DriveList(call)
    this.jobs = new Jobs(call)
    this.#catalogs = new Catalogs(call)
    const world = {
      call,
      list: this.drives,
      jobs: this.jobs,
      catalogs: this.#catalogs,
      settings: this.settings,
      machine: () => this.surroundings.architecture,
    }
    this.write = new ImageTab('write', world)
    this.verify = new ImageTab('verify', world)
    this.identify = new IdentifyTab(world)
    this.download = new DownloadTab(world)
    this.restore = new RestoreTab(world)
    this.save = new SaveTab(world)
  }

  /** Applies the initial state that the host sends to the page. */
  begin({
    settings,
    surroundings,
    language: spoken,
    catalog,
    downloadsFolder,
    earlierAnswers,
    profiles,
    driveFiles,
    lostSandbox,
  }: Opening): void {
    this.settings.accept(settings)
    language.current = spoken
    this.surroundings = surroundings
    this.lostSandbox = lostSandbox
    // The user may have chosen a folder already.
    if (this.download.directory === '') this.download.directory = downloadsFolder
    this.write.firstBoot.answers.earlier = earlierAnswers
    this.write.firstBoot.answers.profiles = profiles
    this.#catalogs.of(usualStream).begin(catalog)
    void this.#addFiles(driveFiles)
  }

  hear(news: WindowNews): void {
    if (news.news === 'drives') this.drives.accept(news.drives)
    else if (news.news === 'settings') this.settings.accept(news.reading)
    else if (news.news === 'update') this.update.accept(news.update)
    else if (news.news === 'job') {
      this.jobs.hear(news.id, news.event)
      // The drive may have been removed. In that case the page must not offer a retry.
      if (news.event.event === 'failed') void this.drives.lookAgain()
    }
  }

  /** Switches the window and the system's dialogs to a language. */
  async speak(choice: LanguageChoice): Promise<void> {
    const answer = await this.call('speak', { choice })
    if (answer.ok) language.current = answer.value
  }

  /**
   * Reads the previews again after the mirror or the keyring changed. With `streams`, also the
   * catalogs.
   */
  readAnew(what: { streams: boolean }): void {
    if (what.streams) this.#catalogs.readAnew()
    for (const { preview } of [this.write, this.verify, this.download]) preview.lookAgain()
  }

  openSettings(group: SettingsGroup): void {
    this.settingsGroup = group
    this.settingsOpen = true
  }

  /** Opens the download tab with a stream. */
  downloadFrom(stream: string): void {
    this.selected = 'download'
    if (!this.download.running) this.download.choice.readStream(stream)
  }

  /** Identifies the drive of a job. */
  identifyDriveOf({ request: { spec } }: RunningJob): void {
    this.selected = 'identify'
    if (this.identify.running) return
    this.identify.putAway()
    this.identify.drives.choose(this.#findDriveOf(spec))
    this.identify.start()
  }

  /** Opens the write tab with the drive that was compared, and with its image. */
  writeCompared({ request: { spec } }: RunningJob): void {
    if (!this.#openFor('write', spec)) return
    this.write.image.adopt(this.verify.image)
  }

  /** Opens the write tab with the drive of a job. */
  writeTo({ request: { spec } }: RunningJob): void {
    this.#openFor('write', spec)
  }

  /** Opens the verify tab with the drive of a job, where the user chooses an image file. */
  compareWithFile({ request: { spec } }: RunningJob): void {
    if (this.#openFor('verify', spec)) this.verify.image.kind = 'file'
  }

  /** @returns whether the tab is free for another choice */
  #openFor(name: 'write' | 'verify', spec: PageJobSpec): boolean {
    this.selected = name
    const tab = this[name]
    if (tab.running) return false
    tab.putAway()
    const drive = this.#findDriveOf(spec)
    tab.drives.choose(drive !== null && tab.drives.offered.includes(drive) ? drive : null)
    return true
  }

  #findDriveOf(spec: PageJobSpec): Drive | null {
    const identity = driveOf(spec)
    return (identity && this.drives.find(identity)) ?? null
  }

  async #addFiles(files: string[]): Promise<void> {
    for (const file of files) await this.drives.addFile(file)
  }
}

/** Returns an app that is subscribed to the host's news. */
export function openAppState({ call, onNews }: Pick<Bridge, 'call' | 'onNews'>): AppState {
  const app = new AppState(call)
  onNews((news) => app.hear(news))
  return app
}
