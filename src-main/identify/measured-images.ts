import { join } from 'node:path'
import { z } from 'zod'
import { readSmallFile, replaceFile } from '../files/regular-file.ts'
import { describedImage } from './known-image.ts'
import { makeDirectory } from '../files/make-directory.ts'

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
const [mostImages, mostBytes] = [2000, 8 * 1024 * 1024]
const fileIn = (cacheDirectory: string) => join(cacheDirectory, 'measured-images.json')

/**
 * Returns every measured image, latest first. Releases that are no longer in their stream are
 * included.
 */
export async function recallMeasured(cacheDirectory: string): Promise<MeasuredImage[]> {
  try {
    const content: unknown = JSON.parse((await readSmallFile(fileIn(cacheDirectory), mostBytes)).toString('utf8'))
    return z.array(measuredImage).max(mostImages).parse(content)
  } catch {
    return []
  }
}

/** Adds measurements to the cache. If they cannot be stored, they are requested again later. */
export async function rememberMeasured(cacheDirectory: string, fresh: MeasuredImage[]): Promise<void> {
  if (fresh.length === 0) return
  try {
    const before = await recallMeasured(cacheDirectory)
    await makeDirectory(cacheDirectory)
    await replaceFile(fileIn(cacheDirectory), JSON.stringify([...fresh, ...before].slice(0, mostImages)))
  } catch {
    return
  }
}
