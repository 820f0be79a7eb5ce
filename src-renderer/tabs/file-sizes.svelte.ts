import { SvelteMap } from 'svelte/reactivity'
import type { Bridge } from '../../src-shared/window-api.ts'
import type { ArtifactSet } from '../image/formats.ts'

/**
 * Sizes of published files, by their hashes. The server of a stream is asked about one platform at
 * a time, and only about one that the user sees or chooses: a stream has about sixty files.
 */
export class FileSizes {
  readonly #sizes = new SvelteMap<string, number>()
  readonly #asked = new Set<string>()
  readonly #call: Bridge['call']

  constructor(call: Bridge['call']) {
    this.#call = call
  }

  /** Asks about the platform of a set, once. */
  ask({ architecture, platform, files }: ArtifactSet): void {
    const { stream, release } = files[0]!
    const wish = { stream, release, architecture, platform }
    const key = JSON.stringify(wish)
    if (this.#asked.has(key)) return
    this.#asked.add(key)
    void this.#call('sizes', wish).then((answer) => {
      if (answer.ok) for (const { sha256, size } of answer.value) this.#sizes.set(sha256, size)
    })
  }

  /** Returns the size of all files of a set in bytes; null while it is unknown. */
  of({ files }: ArtifactSet): number | null {
    return files.reduce<number | null>((sum, { sha256 }) => {
      const size = this.#sizes.get(sha256)
      return sum === null || size === undefined ? null : sum + size
    }, 0)
  }
}
