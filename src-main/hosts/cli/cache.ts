import type { CachedImage } from '../../../src-shared/api.ts'
import { formatAge, formatBytes } from '../../../src-shared/units.ts'
import { unwrap, type Surface } from './command.ts'
import { drawTable } from './draw-table.ts'

/** Lists the cache, most recently used image first. */
export async function listCache({ api, output }: Surface): Promise<number> {
  const { directory, limit, size, images } = unwrap(await api.cache({}))
  output.event({ event: 'done', directory, limit, size, images: images.map(dated) })
  if (images.length > 0) output.print(drawTable(['SHA256', 'SIZE', 'LAST USED', 'NAME'], images.map(describeImage)))
  output.print(
    images.length === 0
      ? `Nothing is kept in ${directory}.`
      : `${count(images.length)}, ${formatBytes(size)} of ${formatBytes(limit)} in ${directory}`,
  )
  return 0
}

/** Removes all cached images that are not in use. */
export async function clearCache({ api, output }: Surface): Promise<number> {
  const { directory, removed, left } = unwrap(await api.clearCache({}))
  output.event({ event: 'done', directory, removed: removed.map(dated), left: left.map(dated) })
  const size = removed.reduce((sum, image) => sum + image.size, 0)
  output.print(
    removed.length === 0 ? 'Nothing was removed.' : `${count(removed.length)} removed, ${formatBytes(size)}.`,
  )
  if (left.length > 0) output.note(`${count(left.length)} in use: left as ${left.length === 1 ? 'it is' : 'they are'}.`)
  return 0
}

const count = (images: number) => `${images} ${images === 1 ? 'image' : 'images'}`
const dated = (image: CachedImage) => ({ ...image, usedAt: new Date(image.usedAt).toISOString() })

function describeImage({ sha256, state, size, total, usedAt, name, inUse }: CachedImage): string[] {
  const age = formatAge(Math.max(0, (Date.now() - usedAt) / 1000))
  const part = total === null ? `${formatBytes(size)}, a part` : `${formatBytes(size)} of ${formatBytes(total)}`
  return [
    sha256.slice(0, 12),
    state === 'whole' ? formatBytes(size) : part,
    inUse ? 'in use' : age === 'just now' ? age : `${age} ago`,
    name ?? 'unknown',
  ]
}
