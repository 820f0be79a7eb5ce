import type { BootPlace } from '../../src-shared/boot-place.ts'
import type { ConfigCheck } from '../../src-shared/config-check.ts'
import type { Drive } from '../../src-shared/drive.ts'
import type { Failure } from '../../src-shared/failure.ts'
import type { FirstBootSpec } from '../../src-shared/first-boot.ts'
import type { Bridge } from '../../src-shared/window-api.ts'
import type { Login, Outlook } from '../job/outlook.ts'
import { InstallChoice } from './install-choice.svelte.ts'
import { FirstBootAnswers } from './first-boot-answers.svelte.ts'

export type FirstBootKind = 'published' | 'answers' | 'file'

/** Facts about the chosen image that its first boot depends on. */
export interface ImageFacts {
  place: BootPlace
  /** Judged by its name if its bytes do not tell. */
  live: boolean
  /** Whether it is being read. */
  looking: boolean
}

/** The first boot that the user chose, and what the core says of its config. */
export class FirstBootChoice {
  /** Null until the user chooses. */
  chosen = $state<FirstBootKind | null>(null)
  path = $state('')
  /** Place of the image for a first boot. */
  readonly place = $derived.by(() => this.#image().place)
  /** Whether the image is a live system, which is of use as it is published. */
  readonly live = $derived.by(() => this.#image().live)
  /** The installation by a live system. */
  readonly install = new InstallChoice()
  /** The answers of which a config is made. */
  readonly answers: FirstBootAnswers
  check = $state.raw<ConfigCheck | null>(null)
  failure = $state.raw<Failure | null>(null)
  readonly #call: Bridge['call']
  readonly #image: () => ImageFacts
  /** Release that shall accept the config; null if it is not known. */
  release = $state<string | null>(null)
  #looks = 0

  /**
   * @param drives – the chosen drives
   * @param hasFields – whether the rows of drives have a field for the host name
   */
  constructor(call: Bridge['call'], image: () => ImageFacts, drives: () => Drive[], hasFields: () => boolean) {
    this.answers = new FirstBootAnswers(drives, hasFields)
    this.#call = call
    this.#image = image
  }

  /** Whether the system installs itself on a disk of the machine that starts it. */
  readonly installs = $derived(this.live && this.place.kind !== 'none' && this.install.wanted)
  /**
   * Null while the user has to choose: nobody could log in to an installed system as published. Of
   * another image that is not known.
   */
  readonly kind = $derived.by(() => {
    if (this.place.kind === 'none') return 'published'
    if (this.chosen !== null) return this.chosen
    const isUseful = this.live ? !this.installs : this.place.kind === 'unknown' && !this.#image().looking
    return isUseful ? 'published' : null
  })
  /** Whether the image is written as it is, and who can log in to it is not known. */
  readonly isForeign = $derived(
    this.place.kind === 'none' || (this.place.kind === 'unknown' && this.kind === 'published'),
  )

  readonly name = $derived(this.path.split(/[/\\]/).pop() ?? '')
  readonly errors = $derived(this.check?.problems.filter(({ severity }) => severity === 'error').length ?? 0)
  readonly state = $derived.by(() => {
    if (this.installs && this.install.state !== 'ready') return this.install.state
    if (this.kind === null) return 'undecided'
    if (this.kind === 'published') return 'ready'
    if (this.kind === 'answers') return this.answers.state
    if (this.path === '') return 'missing'
    if (this.failure !== null || this.errors > 0) return 'invalid'
    return this.check === null ? 'checking' : 'ready'
  })
  /** Null for the first boot of the image as it is published. */
  readonly spec: FirstBootSpec | null = $derived.by(() => {
    const spec = {
      ...(this.kind === 'answers' && { answers: this.answers.spec }),
      ...(this.kind === 'file' && { ignition: { location: this.path } }),
      ...(this.installs && { live: this.install.spec }),
    }
    return Object.keys(spec).length === 0 ? null : spec
  })
  readonly login: Login = $derived.by(() => {
    if (this.kind === 'answers') {
      const { keys, lets, passwordHash, spec } = this.answers
      return { possible: lets, password: passwordHash !== null, users: keys.length > 0 ? [spec.user] : [] }
    }
    // The console of a live system logs in by itself.
    if (this.kind === 'published')
      return { possible: !this.installs && (this.live || this.isForeign), password: false, users: [] }
    if (this.check === null) return { possible: false, password: false, users: [] }
    const { users, problems } = this.check
    return { possible: !problems.some(({ code }) => code === 'no-login'), password: false, users }
  })

  /** Returns the start of the system on a drive; null if nothing is known of it. */
  outlookOf(drive: Drive): Outlook | null {
    if (this.isForeign && !this.live) return null
    const installsOn = this.installs ? this.install.name : null
    return { live: this.live, login: this.login, installsOn, hostname: this.hostnameOf(drive) }
  }

  /** Returns the host name that is set up on a drive; null for none. */
  hostnameOf(drive: Drive): string | null {
    return this.kind === 'answers' ? this.answers.names.nameFor(drive) : null
  }

  chooseFile(path: string): void {
    this.chosen = 'file'
    this.path = path
    void this.#look()
  }

  /** Checks the config for a release, unless that was done. */
  checkFor(release: string | null): void {
    if (release === this.release) return
    this.release = release
    void this.#look()
  }

  /** Checks the config again: its file may have changed. */
  checkAgain(): void {
    void this.#look()
  }

  async #look(): Promise<void> {
    const look = ++this.#looks
    this.check = null
    this.failure = null
    if (this.path === '') return
    const answer = await this.#call('checkIgnition', { path: this.path, release: this.release })
    if (look !== this.#looks) return
    if (answer.ok) this.check = answer.value
    else this.failure = answer.failure
  }
}
