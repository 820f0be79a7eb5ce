import type { ConfigCheck } from '../../src-shared/config-check.ts'
import type { Failure } from '../../src-shared/failure.ts'
import type { FirstBootSpec } from '../../src-shared/first-boot.ts'
import type { Bridge } from '../../src-shared/window-api.ts'

import { FirstBootAnswers } from './first-boot-answers.svelte.ts'

export type FirstBootKind = 'published' | 'answers' | 'file'

/** Who can log in to a written system, as far as its config tells. */
export interface Login {
  possible: boolean
  /** Names of the users who have an SSH key. */
  users: string[]
}

/** The first boot that the user chose, and what the core says of its config. */
export class FirstBootChoice {
  kind = $state<FirstBootKind>('published')
  path = $state('')
  /** The answers of which a config is made. */
  readonly answers = new FirstBootAnswers()
  check = $state.raw<ConfigCheck | null>(null)
  failure = $state.raw<Failure | null>(null)
  readonly #call: Bridge['call']
  /** Release that the config was last checked for. */
  #release: string | null = null
  #looks = 0

  constructor(call: Bridge['call']) {
    this.#call = call
  }

  readonly name = $derived(this.path.split(/[/\\]/).pop() ?? '')
  readonly errors = $derived(this.check?.problems.filter(({ severity }) => severity === 'error').length ?? 0)
  readonly state = $derived.by(() => {
    if (this.kind === 'published') return 'ready'
    if (this.kind === 'answers') return this.answers.state
    if (this.path === '') return 'missing'
    if (this.failure !== null || this.errors > 0) return 'invalid'
    return this.check === null ? 'checking' : 'ready'
  })
  /** Null for the first boot of the image as it is published. */
  readonly spec: FirstBootSpec | null = $derived.by(() => {
    if (this.kind === 'published') return null
    return this.kind === 'answers' ? { answers: this.answers.spec } : { ignition: { location: this.path } }
  })
  readonly login: Login = $derived.by(() => {
    if (this.kind === 'answers') return { possible: this.answers.keys.length > 0, users: [this.answers.spec.user] }
    if (this.kind === 'published' || this.check === null) return { possible: false, users: [] }
    const { users, problems } = this.check
    return { possible: !problems.some(({ code }) => code === 'no-login'), users }
  })

  chooseFile(path: string): void {
    this.kind = 'file'
    this.path = path
    void this.#look()
  }

  /** Checks the config for a release, unless that was done. */
  checkFor(release: string | null): void {
    if (release === this.#release) return
    this.#release = release
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
    const answer = await this.#call('checkIgnition', { path: this.path, release: this.#release })
    if (look !== this.#looks) return
    if (answer.ok) this.check = answer.value
    else this.failure = answer.failure
  }
}
