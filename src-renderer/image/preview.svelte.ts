import type { SourcePreview } from '../../src-shared/api.ts'
import type { Failure } from '../../src-shared/failure.ts'
import type { SourceSpec } from '../../src-shared/job.ts'
import type { Bridge } from '../../src-shared/window-api.ts'

/** Facts about the chosen image, read before any drive is touched. */
export class Preview {
  value = $state.raw<SourcePreview | null>(null)
  failure = $state.raw<Failure | null>(null)
  looking = $state(false)
  readonly #call: Bridge['call']
  /** The source of the current preview, as JSON. */
  #source: string | null = null
  /**
   * Whether the last preview failed. Not read from the reactive `failure`: an effect that calls
   * `look` would then run again on its own result.
   */
  #failed = false
  #looks = 0

  constructor(call: Bridge['call']) {
    this.#call = call
  }

  /** Repeats the last preview, because its result may have changed. */
  lookAgain(): void {
    const source = this.#source
    this.look(null)
    if (source !== null) this.look(JSON.parse(source) as SourceSpec)
  }

  /** Clears the preview, because its result may be out of date. */
  forget(): void {
    this.look(null)
  }

  /**
   * Previews a source, unless its preview is known or in progress; null clears the preview. Only
   * the answer to the latest call is shown.
   */
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
