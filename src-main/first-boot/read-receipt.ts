import { inflateSync } from 'node:zlib'
import { KindlingError, reasonOf } from '../../src-shared/failure.ts'
import type { FirstBootDone } from '../../src-shared/first-boot.ts'
import { say, type Said } from '../../src-shared/phrases.ts'
import { receipt, type Receipt } from '../../src-shared/receipt.ts'
import { mostReceipt } from '../files/kept-receipts.ts'
import { fileRefused } from '../files/refused-by-system.ts'
import { readSmallFile } from '../files/regular-file.ts'

/** Maximum number of changed places, and of their bytes together. */
const [mostPlaces, mostBytes] = [10_000, 64 * 1024 * 1024]

/** A place of a drive that the first boot changed. */
export interface ChangedPlace {
  /** In bytes, from the start of the drive. */
  offset: number
  /** Replaced bytes of the image: a claim, until the hash of the image proves them. */
  original: Buffer
  /** Hash of the bytes that replaced them. */
  sha256: string
}

/** First boot of a drive. */
export interface Customised {
  done: FirstBootDone
  /** In ascending order, apart from each other. */
  places: ChangedPlace[]
}

/** First boot of a drive, as its receipt states it. */
export interface FirstBootReceipt extends Customised {
  /** Hash of the raw image, without the first boot. */
  imageSha256: string
}

/**
 * Reads the file of a receipt.
 * @throws receipt-unusable, file-blocked-by-macos
 */
export async function readReceiptFile(file: string): Promise<FirstBootReceipt> {
  const unusable = (reason: Said, cause?: unknown) => new KindlingError('receipt-unusable', { file, reason }, { cause })
  const bytes = await readSmallFile(file, mostReceipt).catch((error: unknown) => {
    throw fileRefused(file, error, 'read') ?? unusable(reasonOf(error), error)
  })
  const parsed = receipt.safeParse(parseJson(bytes))
  if (!parsed.success) throw unusable(say('no-receipt'))
  if (!parsed.data.drive?.firstBoot) throw unusable(say('receipt-without-first-boot'))
  const found = readFirstBootReceipt(parsed.data)
  if (found === null) throw unusable(say('receipt-damaged'))
  return found
}

/** Reads a receipt; null if it is not that of a write with a first boot, or is damaged. */
export function readFirstBootReceipt({ job, image, drive }: Receipt): FirstBootReceipt | null {
  const done = drive?.firstBoot
  if (!done || job === 'download' || !drive.readBackSha256 || image.imageSize === null) return null
  if (done.edits.length > mostPlaces) return null
  const places: ChangedPlace[] = []
  let [end, sum] = [0, 0]
  for (const { offset, length, original, sha256 } of done.edits) {
    sum += length
    const isInside = offset >= end && offset + length <= image.imageSize
    if (!Number.isSafeInteger(offset) || !Number.isSafeInteger(length) || length <= 0 || sum > mostBytes || !isInside)
      return null
    const bytes = inflate(original, length)
    if (bytes === null) return null
    places.push({ offset, original: bytes, sha256 })
    end = offset + length
  }
  return { done, imageSha256: drive.readBackSha256, places }
}

/** Returns null unless the text is exactly `length` bytes, deflated and in base64. */
function inflate(text: string, length: number): Buffer | null {
  const packed = Buffer.from(text, 'base64')
  if (packed.toString('base64') !== text) return null
  try {
    const bytes = inflateSync(packed, { maxOutputLength: length })
    return bytes.length === length ? bytes : null
  } catch {
    return null
  }
}

function parseJson(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString('utf8'))
  } catch {
    return null
  }
}
