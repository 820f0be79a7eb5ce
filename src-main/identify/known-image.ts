import { z } from 'zod'
import type { Artifact } from '../../src-shared/artifact.ts'
import type { KnownFrom, PublishedImage } from '../../src-shared/identification.ts'
import { plainText } from '../catalog/plain-text.ts'
import { isContainerName } from '../image/decode/detect-kind.ts'

const name = plainText(200)
const sha256 = z.string().regex(/^[0-9a-f]{64}$/)

/** A published image, by the names and the raw bytes that it has. Whatever was kept on a disk is checked by this. */
export const describedImage = z.object({
  stream: name,
  release: name,
  architecture: name,
  platform: name,
  format: name,
  /** Of the raw bytes. */
  sha256,
  /** Bytes that it may have; more than one where its file does not say exactly. */
  sizes: z.array(z.number().int().positive()).min(1).max(8),
  /** Whose metadata name it; null when nobody wrote that down. */
  baseUrl: z.string().max(4096).nullable(),
})
export type DescribedImage = z.infer<typeof describedImage>

/** One that a drive may hold. It has no sizes where nobody has told them. */
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

/** The sha256 of its raw bytes as its metadata state it; null when they do not. */
export const rawSha256Of = ({ location, sha256: ofFile, uncompressedSha256 }: Artifact): string | null =>
  isCompressed(location) ? uncompressedSha256 : ofFile

/**
 * Whether a drive may hold it, and can then be told by its hash: it is one file and no container, and what is called
 * compressed has the hash of its raw bytes stated, which no metadata had before March 2021.
 */
export const mayBeOnDrive = (artifact: Artifact): boolean =>
  artifact.name === 'disk' && !isContainerName(new URL(artifact.location).pathname) && rawSha256Of(artifact) !== null
