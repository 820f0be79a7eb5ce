import { KindlingError, reasonOf } from '../../../src-shared/failure.ts'
import { isWebAddress } from '../../../src-shared/web-address.ts'
import { statusError, type Http } from '../../net/http.ts'
import { readAll } from '../../net/read-all.ts'
import type { Ports } from '../../ports.ts'
import { fileRefused } from '../../files/refused-by-system.ts'
import { readSmallFile, TooLargeError } from '../../files/regular-file.ts'
import { startsLikeHtml } from '../../net/html.ts'
import { createRetries, type Asking } from '../../net/retries.ts'

export interface ProofFile {
  bytes: Uint8Array
  /** True if the file is a web page: some sites answer every URL with one. */
  isPage: boolean
}

export interface ProofFileLimits extends Pick<Asking, 'retries' | 'within'> {
  maxBytes: number
  signal: AbortSignal
}

/**
 * Reads a small file that proves something about an image: a signature or a checksum list.
 * @param location – URL or path
 * @returns null if there is no such file
 * @throws TooLargeError for a file on this computer; source-unreadable; the failures of the network
 */
export async function readProofFile(
  ports: Pick<Ports, 'now' | 'sleep' | 'random' | 'onRetry'> & { http: Http },
  location: string,
  { maxBytes, retries, within, signal }: ProofFileLimits,
): Promise<ProofFile | null> {
  if (!isWebAddress(location)) return readLocal(location, maxBytes)
  const attempts = createRetries(ports, { retries, within }, signal)
  for (;;) {
    try {
      const answer = await ports.http({ url: location, signal })
      if (answer.status !== 200) await answer.body.dump()
      // Object stores answer 403 for a missing file.
      if ([403, 404, 410].includes(answer.status)) return null
      if (answer.status !== 200) throw statusError(answer)
      const bytes = await readAll(answer, maxBytes)
      const isPage = /^text\/html\b/i.test(answer.headers['content-type'] ?? '') || startsLikeHtml(bytes)
      return { bytes, isPage }
    } catch (error) {
      await attempts.afterFailure(error)
    }
  }
}

async function readLocal(path: string, maxBytes: number): Promise<ProofFile | null> {
  try {
    return { bytes: await readSmallFile(path, maxBytes), isPage: false }
  } catch (error) {
    // The name of a signature may be longer than a file name can be. Such a signature does not
    // exist.
    if (['ENOENT', 'ENAMETOOLONG'].includes((error as NodeJS.ErrnoException).code ?? '')) return null
    if (error instanceof TooLargeError) throw error
    throw (
      fileRefused(path, error, 'read') ??
      new KindlingError('source-unreadable', { source: path, reason: reasonOf(error) }, { cause: error })
    )
  }
}
