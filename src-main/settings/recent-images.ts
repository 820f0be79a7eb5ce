import { resolve, join } from 'node:path'
import { z } from 'zod'
import type { RecentImage } from '../../src-shared/api.ts'
import { sourceSpec, type SourceSpec } from '../../src-shared/job.ts'
import type { Ports } from '../ports.ts'
import { JsonList } from '../files/json-list.ts'

const recentImage = z.object({ image: sourceSpec.shape.image, usedAt: z.int().min(0) })
/** The file has room for eight URLs of the maximum length, at four bytes per character. */
const limits = { mostItems: 8, mostBytes: 256 * 1024, mode: 0o600 }
const listIn = ({ state }: Ports['paths']) => new JsonList(join(state, 'recent-images.json'), recentImage, limits)

/** Returns the images of recent jobs, latest first. An unreadable file counts as an empty list. */
export const listRecentImages = ({ paths }: Pick<Ports, 'paths'>): Promise<RecentImage[]> => listIn(paths).read()

/**
 * Puts an image first in the list, unless its URL may contain a secret. Errors are ignored, because
 * a job does not depend on the list. If two processes write the list at the same moment, one image
 * may be lost.
 */
export async function rememberImage(ports: Pick<Ports, 'paths' | 'now'>, given: SourceSpec['image']): Promise<void> {
  const image = lasting(given)
  if (image.kind === 'url' && mayHoldSecret(image.url)) return
  const same = JSON.stringify(image)
  await listIn(ports.paths)
    .change((all) => [{ image, usedAt: ports.now() }, ...all.filter((other) => JSON.stringify(other.image) !== same)])
    .catch(() => {})
}

/**
 * Removes the parts of an image that do not last: a stream loses its release, and a file gets its
 * absolute path.
 */
function lasting(given: SourceSpec['image']): SourceSpec['image'] {
  if (given.kind === 'file') return { ...given, path: resolve(given.path) }
  if (given.kind === 'url') return given
  const { release: _, ...image } = given
  return image
}

/**
 * Returns whether a URL has a user name, a password or a query, which may contain a token. An
 * invalid URL counts as well.
 */
function mayHoldSecret(address: string): boolean {
  if (!URL.canParse(address)) return true
  const { username, password, search } = new URL(address)
  return username !== '' || password !== '' || search !== ''
}
