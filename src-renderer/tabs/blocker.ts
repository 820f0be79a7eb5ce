import type { SourcePreview } from '../../src-shared/api.ts'
import type { Drive, Refusal } from '../../src-shared/drive.ts'
import type { SourceSpec } from '../../src-shared/job.ts'
import { mostDrives } from '../../src-shared/most-drives.ts'
import { nameOf } from '../drive/name-of.ts'
import type { FirstBootChoice } from '../first-boot/first-boot-choice.svelte.ts'
import { sectorSizeOf } from '../image/formats.ts'

/** The reason why the job cannot start yet; null if it can. */
export type Blocker =
  | { kind: 'image' | 'looking' | 'preview' | 'drive' }
  | { kind: 'first-boot'; state: Exclude<FirstBootChoice['state'], 'ready'> }
  | { kind: 'too-many'; most: number }
  | { kind: 'refused'; refusal: Refusal }
  | { kind: 'too-small'; name: string; needed: number }
  | { kind: 'sectors'; name: string; sectorSize: number }
  | null

export interface Choices {
  mode: 'write' | 'verify'
  source: SourceSpec | null
  /** Format of a stream's image. Null for a file or URL, whose format only the job can find out. */
  format: string | null
  looking: boolean
  preview: SourcePreview | null
  drives: Drive[]
  firstBoot: FirstBootChoice['state']
}

/**
 * Returns the first obstacle that the user has to remove. It need not find every obstacle: the job
 * checks again before it touches the drive.
 */
export function findBlocker({ mode, source, format, looking, preview, drives, firstBoot }: Choices): Blocker {
  if (source === null) return { kind: 'image' }
  if (looking) return { kind: 'looking' }
  if (preview === null) return { kind: 'preview' }
  if (mode === 'write' && preview.refusal) return { kind: 'refused', refusal: preview.refusal }
  if (drives.length === 0) return { kind: 'drive' }
  if (mode === 'verify') return null
  if (drives.length > mostDrives) return { kind: 'too-many', most: mostDrives }
  for (const drive of drives) {
    const blocker = findBlockerOf(drive, format, preview)
    if (blocker) return blocker
  }
  return firstBoot === 'ready' ? null : { kind: 'first-boot', state: firstBoot }
}

function findBlockerOf(drive: Drive, format: string | null, { imageSize }: SourcePreview): Blocker {
  const refusal = drive.refusals[0]
  if (refusal) return { kind: 'refused', refusal }
  if (isTooSmall(drive, imageSize)) return { kind: 'too-small', name: nameOf(drive), needed: imageSize! }
  const sectors = format && sectorSizeOf(format)
  if (sectors && drive.identity.kind === 'block' && sectors !== drive.sectorSize)
    return { kind: 'sectors', name: nameOf(drive), sectorSize: drive.sectorSize }
  return null
}

export const isTooSmall = (drive: Drive, imageSize: number | null): boolean =>
  imageSize !== null && drive.identity.size < imageSize
