import type { News } from '../../src-shared/api.ts'
import type { Ports } from '../ports.ts'

type Listener = (news: News) => void

/** The listeners of the API. Drives are watched only while a listener subscribes to them. */
export class Announcements {
  readonly #drives: Ports['drives']
  readonly #topicsOf = new Map<Listener, Set<News['news']>>()
  #stopWatching: (() => void) | null = null

  constructor(drives: Ports['drives']) {
    this.#drives = drives
  }

  announce(news: News): void {
    for (const [listener, topics] of this.#topicsOf) if (topics.has(news.news)) listener(news)
  }

  /** Adds a listener and returns the function that removes it. */
  subscribe(listener: Listener, topics: News['news'][]): () => void {
    this.#topicsOf.set(listener, new Set(topics))
    this.#updateWatch()
    return () => {
      this.#topicsOf.delete(listener)
      this.#updateWatch()
    }
  }

  #updateWatch(): void {
    const wanted = [...this.#topicsOf.values()].some((topics) => topics.has('drives'))
    if (wanted) this.#stopWatching ??= this.#drives.watch((drives) => this.announce({ news: 'drives', drives }))
    else {
      this.#stopWatching?.()
      this.#stopWatching = null
    }
  }
}
