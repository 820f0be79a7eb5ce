import { join } from 'node:path'
import { z } from 'zod'
import { JsonList } from '../files/json-list.ts'
import { describedImage } from './known-image.ts'

/** A cached measurement of an image: its file, and the size of its raw bytes. */
const measuredImage = describedImage.extend({
  location: z.string().max(4096),
  /** Hash of the published file. If another file appears at the same URL, it is measured again. */
  fileSha256: z.string().max(64),
})
export type MeasuredImage = z.infer<typeof measuredImage>

/**
 * Maximum number of cached images, about ten years of three streams, and maximum size of the cache
 * file in bytes.
 */
const limits = { mostItems: 2000, mostBytes: 8 * 1024 * 1024 }
const listIn = (cacheDirectory: string) =>
  new JsonList(join(cacheDirectory, 'measured-images.json'), measuredImage, limits)

/**
 * Returns every measured image, latest first. Releases that are no longer in their stream are
 * included.
 */
export const recallMeasured = (cacheDirectory: string): Promise<MeasuredImage[]> => listIn(cacheDirectory).read()

/** Adds measurements to the cache. If they cannot be stored, they are requested again later. */
export async function rememberMeasured(cacheDirectory: string, fresh: MeasuredImage[]): Promise<void> {
  if (fresh.length === 0) return
  await listIn(cacheDirectory)
    .change((before) => [...fresh, ...before])
    .catch(() => {})
}
