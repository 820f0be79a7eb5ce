import type { SourcePreview } from '../../src-shared/api.ts'
import type { Failure } from '../../src-shared/failure.ts'
import type { SourceSpec } from '../../src-shared/job.ts'
import type { Bridge } from '../../src-shared/window-api.ts'

/** What the chosen image is, before anything is touched. */
export class Preview {
  value = $state.raw<SourcePreview | null>(null)
  failure = $state.raw<Failure | null>(null)
  looking = $state(false)
  readonly #call: Bridge['call']
  /** What was looked at, as text. */
  #source: string | null = null
  /** Apart from `failure`: an effect that looks must not look again because of what it saw. */
  #failed = false
  #looks = 0

  constructor(call: Bridge['call']) {
    this.#call = call
  }

  /** What a source is may have changed: the one that was looked at last is looked at anew. */
  lookAgain(): void {
    const source = this.#source
    this.look(null)
    if (source !== null) this.look(JSON.parse(source) as SourceSpec)
  }

  /** What was seen may be different now. */
  forget(): void {
    this.look(null)
  }

  /** Looks at a source, unless it is known what that is; null forgets the last one. Only the newest answer is shown. */
  look(source: SourceSpec | null): void {
    const wanted = source && JSON.stringify(source)
    if (wanted !== null && wanted === this.#source && !this.#failed) return
    this.#failed = false
    this.#source = wanted
    const look = ++this.#looks
    this.value = null
    this.failure = null
    this.looking = source !== null
    if (source === null) return
    void this.#ask(source, look)
  }

  async #ask(source: SourceSpec, look: number): Promise<void> {
    // A preview does not retry: a server that cannot be reached is reported at once.
    const answer = await this.#call('preview', { source: { ...source, fetchRetries: 0 } })
    if (look !== this.#looks) return
    this.looking = false
    if (answer.ok) this.value = answer.value
    else {
      this.#failed = true
      this.failure = answer.failure
    }
  }
}
