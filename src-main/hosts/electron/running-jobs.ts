import type { Api } from '../../../src-shared/api.ts'
import { JobBatch } from './job-batch.ts'

/** Jobs that have started and not ended, tracked through their news. */
export class RunningJobs {
  readonly #api: Api
  readonly #running = new Set<string>()
  readonly #listeners = new Set<(count: number) => void>()
  readonly #followers = new Set<(batch: JobBatch) => void>()
  #batch = new JobBatch()

  constructor(api: Api) {
    this.#api = api
    api.subscribe(
      (news) => {
        if (news.news !== 'job') return
        const before = this.#running.size
        if (before === 0) this.#batch = new JobBatch()
        this.#batch.accept(news.id, news.event)
        if (news.event.event === 'done' || news.event.event === 'failed') this.#running.delete(news.id)
        else this.#running.add(news.id)
        if (this.#running.size !== before) for (const listener of this.#listeners) listener(this.#running.size)
        for (const follower of this.#followers) follower(this.#batch)
      },
      ['job'],
    )
  }

  get count(): number {
    return this.#running.size
  }

  onChange(listener: (count: number) => void): void {
    this.#listeners.add(listener)
  }

  /** Calls the follower at each event of a job, with all concurrent jobs. */
  follow(follower: (batch: JobBatch) => void): void {
    this.#followers.add(follower)
  }

  /** Cancels every job and resolves when the last one has released its drive. */
  async stop(): Promise<void> {
    const over = new Promise<void>((resolve) => {
      if (this.count === 0) resolve()
      else this.onChange((count) => count === 0 && resolve())
    })
    await Promise.all([...this.#running].map((id) => this.#api.cancel({ id })))
    await over
  }
}
