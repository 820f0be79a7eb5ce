import type { Api } from '../../../src-shared/api.ts'
import type { Catalog } from '../../../src-shared/artifact.ts'

/** Stream that is requested before the page asks for it, while the page is still loading. */
export interface StreamAhead {
  /**
   * Returns the current stream once, if it is already known; otherwise the stream as last seen, or
   * null.
   */
  known(): Promise<Catalog | null>
  /**
   * The core's calls. The first request for the stream gets the answer that is already on its way.
   */
  api: Api
}

export function readAhead(api: Api, stream: string): StreamAhead {
  let now: Catalog | null = null
  let asked: ReturnType<Api['catalog']> | null = api.catalog({ stream })
  void asked.then((answer) => answer.ok && (now = answer.value))
  const last = api.catalog({ stream, offline: true })
  return {
    async known() {
      const seen = await last
      const fresh = now
      if (fresh === null) return seen.ok ? seen.value : null
      now = asked = null
      return fresh
    },
    api: {
      ...api,
      catalog(args) {
        if (asked === null || args.stream !== stream || args.streamBaseUrl !== undefined || args.offline)
          return api.catalog(args)
        const answer = asked
        asked = null
        return answer
      },
    },
  }
}
