import { z } from 'zod'
import type { Artifact } from '../../src-shared/artifact.ts'
import type { KnownFrom, PublishedImage } from '../../src-shared/identification.ts'
import { plainText } from '../catalog/plain-text.ts'
import { isContainerName } from '../image/decode/detect-kind.ts'

const name = plainText(200)
const sha256 = z.string().regex(/^[0-9a-f]{64}$/)

/**
 * A published image: its names, and the hash and size of its raw bytes. The schema also validates
 * everything read from the disk.
 */
export const describedImage = z.object({
  stream: name,
  release: name,
  architecture: name,
  platform: name,
  format: name,
  /** Hash of the raw bytes. */
  sha256,
  /**
   * Possible sizes of the raw image, in bytes: several if its file does not state the exact size.
   */
  sizes: z.array(z.number().int().positive()).min(1).max(8),
  /** Base URL of the metadata that list the image; null if it was not recorded. */
  baseUrl: z.string().max(4096).nullable(),
})
export type DescribedImage = z.infer<typeof describedImage>

/** An image that a drive may contain. `sizes` is empty if the size is unknown. */
export interface KnownImage extends DescribedImage {
  knownFrom: KnownFrom
}

export const namesOf = ({ stream, release, architecture, platform, format }: PublishedImage): PublishedImage => ({
  stream,
  release,
  architecture,
  platform,
  format,
})

const isCompressed = (location: string) => /\.(xz|gz|zst)$/i.test(new URL(location).pathname)

/** Returns the sha256 of the raw bytes as stated in the metadata; null if they do not state it. */
export const rawSha256Of = ({ location, sha256: ofFile, uncompressedSha256 }: Artifact): string | null =>
  isCompressed(location) ? uncompressedSha256 : ofFile

/**
 * Returns whether a drive may contain the artifact and its hash can identify it. The artifact must
 * be a single file and not a container. If its name says that it is compressed, the metadata must
 * state the hash of the raw bytes. No metadata stated that hash before March 2021.
 */
export const mayBeOnDrive = (artifact: Artifact): boolean =>
  artifact.name === 'disk' && !isContainerName(new URL(artifact.location).pathname) && rawSha256Of(artifact) !== null
