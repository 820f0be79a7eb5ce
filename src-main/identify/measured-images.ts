import { join } from 'node:path'
import { z } from 'zod'
import { readSmallFile, replaceFile } from '../files/regular-file.ts'
import { describedImage } from './known-image.ts'
import { makeDirectory } from '../files/make-directory.ts'

/** What a server said of an image is kept: which file, and how large it becomes. */
const measuredImage = describedImage.extend({
  location: z.string().max(4096),
  /** Of the file as published: another file at the same address is measured anew. */
  fileSha256: z.string().max(64),
})
export type MeasuredImage = z.infer<typeof measuredImage>

/** About ten years of three streams; and bytes of the file. */
const [mostImages, mostBytes] = [2000, 8 * 1024 * 1024]
const fileIn = (cacheDirectory: string) => join(cacheDirectory, 'measured-images.json')

/** Every image that was measured, latest first: releases that their streams have left behind, too. */
export async function recallMeasured(cacheDirectory: string): Promise<MeasuredImage[]> {
  try {
    const content: unknown = JSON.parse((await readSmallFile(fileIn(cacheDirectory), mostBytes)).toString('utf8'))
    return z.array(measuredImage).max(mostImages).parse(content)
  } catch {
    return []
  }
}

/** Adds to them. Where they cannot be kept they are asked for again. */
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
