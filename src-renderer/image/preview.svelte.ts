import type { SourcePreview } from '../../src-shared/api.ts'
import type { Failure } from '../../src-shared/failure.ts'
import type { SourceSpec } from '../../src-shared/job.ts'
import type { Bridge } from '../../src-shared/window-api.ts'

/** Milliseconds without typing before an address is asked for. */
const patience = 350

/** What the chosen image is, before anything is touched. */
export class Preview {
  value = $state.raw<SourcePreview | null>(null)
  failure = $state.raw<Failure | null>(null)
  looking = $state(false)
  readonly #call: Bridge['call']
  #timer: ReturnType<typeof setTimeout> | undefined
  #looks = 0

  constructor(call: Bridge['call']) {
    this.#call = call
  }

  /** Looks at a source; null forgets the last one. Only the newest answer is shown. */
  look(source: SourceSpec | null): void {
    clearTimeout(this.#timer)
    const look = ++this.#looks
    this.value = null
    this.failure = null
    this.looking = source !== null
    if (source === null) return
    this.#timer = setTimeout(
      async () => {
        // Nobody waits for a preview: what cannot be reached now is said now.
        const answer = await this.#call('preview', { source: { ...source, fetchRetries: 0 } })
        if (look !== this.#looks) return
        this.looking = false
        if (answer.ok) this.value = answer.value
        else this.failure = answer.failure
      },
      source.image.kind === 'url' || source.signature ? patience : 0,
    )
  }
}
