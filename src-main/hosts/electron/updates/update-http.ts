import { createHash } from 'node:crypto'
import { open, rm } from 'node:fs/promises'
import type { RequestOptions } from 'node:http'
import { ElectronHttpExecutor } from 'electron-updater/out/electronHttpExecutor.js'
import { KindlingError, reasonOf } from '../../../../src-shared/failure.ts'
import { say } from '../../../../src-shared/phrases.ts'
import { statusError, type Http, type HttpAnswer, type Referrer } from '../../../net/http.ts'
import { readAll } from '../../../net/read-all.ts'
import { unproved } from '../../../updates/prove-update.ts'

/** Maximum sizes of the feed and of an update, in bytes. */
const [maxFeed, maxUpdate] = [1024 * 1024, 1024 * 1024 * 1024]

/**
 * Gives electron-updater Kindling's own network access in place of Chromium's, which is blocked
 * (`harden`). The same proxies, redirects and limits apply as for images. Headers other than
 * `accept` are dropped: one of them is an id by which this machine could be recognized.
 */
export class UpdateHttp extends ElectronHttpExecutor {
  readonly #http: Http
  /** Cancels requests. */
  signal: AbortSignal | undefined
  onProgress: (done: number, total: number | null) => void = () => {}
  /** Address of the first request. Its answer names all other addresses. */
  asked: Referrer | undefined
  /** Error of the last failed request. electron-updater passes it on as text only. */
  failure: KindlingError | null = null

  constructor(http: Http) {
    super()
    this.#http = http
  }

  override async request(options: RequestOptions): Promise<string> {
    const { protocol = 'https:', hostname, port, path = '/' } = options
    const url = `${protocol}//${hostname ?? ''}${port ? `:${port}` : ''}${path}`
    const accept = acceptOf(options.headers ?? {})
    return this.#noting(async () => {
      const answer = await this.#get(url, accept)
      this.asked ??= { url, isPublic: answer.isPublic }
      return Buffer.from(await readAll(answer, maxFeed)).toString('utf8')
    })
  }

  override async download(url: URL, destination: string, { sha512 }: { sha512?: string | null }): Promise<string> {
    return this.#noting(async () => {
      const answer = await this.#get(url.href)
      const total = Number(answer.headers['content-length'] ?? NaN)
      const file = await open(destination, 'w')
      const hash = createHash('sha512')
      let done = 0
      try {
        for await (const part of answer.body) {
          done += part.byteLength
          if (done > maxUpdate) throw unproved(say('file-too-long', { most: maxUpdate }))
          hash.update(part)
          await file.writeFile(part)
          this.onProgress(done, Number.isNaN(total) ? null : total)
        }
        await file.sync()
      } catch (error) {
        answer.abort(new Error('given up'))
        await rm(destination, { force: true })
        if (error instanceof KindlingError) throw error
        if ((error as NodeJS.ErrnoException).syscall === 'write')
          throw new KindlingError('update-failed', { reason: reasonOf(error) }, { cause: error })
        throw new KindlingError('network-unreachable', { host: url.host, reason: reasonOf(error) }, { cause: error })
      } finally {
        await file.close()
      }
      if (!sha512 || hash.digest('base64') === sha512) return destination
      await rm(destination, { force: true })
      throw unproved(say('update-not-as-said'))
    })
  }

  async #get(url: string, accept?: string): Promise<HttpAnswer> {
    const answer = await this.#http({
      url,
      referrer: this.asked,
      ...(accept !== undefined && { headers: { accept } }),
      ...(this.signal && { signal: this.signal }),
    })
    if (answer.status === 200) return answer
    await answer.body.dump()
    throw statusError(answer)
  }

  async #noting<T>(act: () => Promise<T>): Promise<T> {
    try {
      return await act()
    } catch (error) {
      if (error instanceof KindlingError) this.failure = error
      throw error
    }
  }
}

const acceptOf = (headers: object): string | undefined => {
  const found: unknown = Object.entries(headers).find(([name]) => name.toLowerCase() === 'accept')?.[1]
  return typeof found === 'string' ? found : undefined
}
