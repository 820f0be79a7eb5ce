import type { Receipt } from '../../src-shared/receipt.ts'
import { readKeptReceipts } from '../files/kept-receipts.ts'
import { describedImage, type KnownImage } from './known-image.ts'

/** Returns every published image whose raw bytes are described by a stored receipt. */
export async function recallReceipts(stateDirectory: string): Promise<KnownImage[]> {
  const found: KnownImage[] = []
  for await (const { image } of readKeptReceipts(stateDirectory)) {
    const described = describedImage.safeParse(describeRaw(image))
    if (described.success) found.push({ ...described.data, knownFrom: 'receipt' })
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
