import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { receipt, type Receipt } from '../../src-shared/receipt.ts'
import { readSmallFile } from '../files/regular-file.ts'
import { describedImage, type KnownImage } from './known-image.ts'

/**
 * Maximum number of receipts that are read, latest first, and maximum size of a receipt in bytes.
 */
const [mostReceipts, mostBytes] = [1000, 1024 * 1024]

/**
 * Returns every published image whose raw bytes are described by a stored receipt. Files that are
 * not receipts are skipped.
 */
export async function recallReceipts(stateDirectory: string): Promise<KnownImage[]> {
  const directory = join(stateDirectory, 'receipts')
  const names = await readdir(directory).catch(() => [])
  // File names start with the time.
  const latest = names
    .filter((name) => name.endsWith('.json'))
    .toSorted()
    .toReversed()
    .slice(0, mostReceipts)
  const found: KnownImage[] = []
  for (const name of latest)
    try {
      const content: unknown = JSON.parse((await readSmallFile(join(directory, name), mostBytes)).toString('utf8'))
      const image = describedImage.safeParse(describeRaw(receipt.parse(content).image))
      if (image.success) found.push({ ...image.data, knownFrom: 'receipt' })
    } catch {
      continue
    }
  return found
}

/**
 * Extracts the raw image from a receipt. If a download was not decompressed, its receipt describes
 * the raw bytes only for an ISO.
 */
function describeRaw(image: Receipt['image']): object {
  const { stream, release, architecture, platform, format, sha256, uncompressedSha256 } = image
  const plainIso = image.imageSize === null && format === 'iso'
  return {
    ...{ stream, release, architecture, platform, format, baseUrl: null },
    sha256: (uncompressedSha256 ?? sha256)?.actual,
    sizes: [plainIso ? image.size : image.imageSize],
  }
}
