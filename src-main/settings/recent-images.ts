import { resolve, join } from 'node:path'
import { z } from 'zod'
import type { RecentImage } from '../../src-shared/api.ts'
import { sourceSpec, type SourceSpec } from '../../src-shared/job.ts'
import type { Ports } from '../ports.ts'
import { readSmallFile, replaceFile } from '../files/regular-file.ts'
import { makeDirectory } from '../files/make-directory.ts'

const most = 8
/** Bytes: eight addresses of the greatest length, four bytes a character. */
const maxFile = 256 * 1024

const recentImages = z.array(z.object({ image: sourceSpec.shape.image, usedAt: z.int().min(0) })).max(most)

/** Images that jobs were started with, the last one first. A file that cannot be read is as good as none. */
export async function listRecentImages({ paths }: Pick<Ports, 'paths'>): Promise<RecentImage[]> {
  try {
    return recentImages.parse(JSON.parse((await readSmallFile(fileIn(paths), maxFile)).toString('utf8')))
  } catch {
    return []
  }
}

/**
 * Puts an image first, but no address that may hold a secret. A job is no worse for one that cannot be remembered, and of two
 * processes that do it at the same moment one may be forgotten.
 */
export async function rememberImage(ports: Pick<Ports, 'paths' | 'now'>, given: SourceSpec['image']): Promise<void> {
  const image = lasting(given)
  if (image.kind === 'url' && mayHoldSecret(image.url)) return
  const same = JSON.stringify(image)
  try {
    const others = (await listRecentImages(ports)).filter((other) => JSON.stringify(other.image) !== same)
    await makeDirectory(ports.paths.state)
    const recent = [{ image, usedAt: ports.now() }, ...others].slice(0, most)
    await replaceFile(fileIn(ports.paths), `${JSON.stringify(recent)}\n`, 0o600)
  } catch {
    return
  }
}

/** What is still meant later, and elsewhere: a stream whatever its release, a file by its whole path. */
function lasting(given: SourceSpec['image']): SourceSpec['image'] {
  if (given.kind === 'file') return { ...given, path: resolve(given.path) }
  if (given.kind === 'url') return given
  const { release: _, ...image } = given
  return image
}

const fileIn = ({ state }: Ports['paths']) => join(state, 'recent-images.json')

/** A user, a password, or a query, in which tokens are given. */
function mayHoldSecret(address: string): boolean {
  if (!URL.canParse(address)) return true
  const { username, password, search } = new URL(address)
  return username !== '' || password !== '' || search !== ''
}
