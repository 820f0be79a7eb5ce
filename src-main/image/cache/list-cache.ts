import type { CacheClearing, CachedImage, CacheListing } from '../../../src-shared/api.ts'
import type { Ports } from '../../ports.ts'
import { clearImages, listImages, type KeptImage } from './cache-contents.ts'
import { createImageCache } from './image-cache.ts'

type CachePorts = Pick<Ports, 'paths' | 'now' | 'cacheLimit'>

/**
 * Lists the cached images and their sizes.
 * @throws usage
 */
export async function listCache(ports: CachePorts): Promise<CacheListing> {
  const { directory } = createImageCache(ports)
  const images = (await listImages(directory)).map(describe)
  return { directory, limit: ports.cacheLimit(), size: images.reduce((sum, { size }) => sum + size, 0), images }
}

export async function clearCache(ports: CachePorts): Promise<CacheClearing> {
  const { directory } = createImageCache(ports)
  const { removed, left } = await clearImages(directory)
  return { directory, removed: removed.map(describe), left: left.map(describe) }
}

const describe = ({ path: _path, whole, ...image }: KeptImage): CachedImage => ({
  ...image,
  state: whole ? 'whole' : 'partial',
})
